package io.rabbitrpc;

import org.springframework.boot.ExitCodeGenerator;

/**
 * The broker refused the login, the virtual host or TLS. The program cannot do its work
 * before somebody changes that, so it ends.
 */
public final class BrokerRefusedException extends RuntimeException implements ExitCodeGenerator {

	private static final long serialVersionUID = 1L;

	private final int exitCode;

	/**
	 * Creates the exception.
	 * @param failure what the attempt to connect means
	 * @param cause what the attempt ended with
	 */
	public BrokerRefusedException(BrokerFailure failure, Throwable cause) {
		super(failure.status() + ": " + failure.message(), cause);
		this.exitCode = failure.status().exitCode();
	}

	@Override
	public int getExitCode() {
		return this.exitCode;
	}

}

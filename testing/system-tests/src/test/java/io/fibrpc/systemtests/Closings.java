package io.fibrpc.systemtests;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Closes what tests no longer need, while the next test starts already. The last test of
 * a class waits until all is closed, and fails if something is left.
 */
final class Closings implements AutoCloseable {

	private static final Executor THREADS = (task) -> new Thread(task, "closing").start();

	private final Queue<CompletableFuture<Void>> closings = new ConcurrentLinkedQueue<>();

	/**
	 * Finds the closings of a class.
	 * @param context of the class or of one of its tests
	 * @return the same object for all of them
	 */
	static Closings of(ExtensionContext context) {
		ExtensionContext ofClass = context;
		while (ofClass.getTestMethod().isPresent()) {
			ofClass = ofClass.getParent().orElseThrow();
		}
		return ofClass.getStore(ExtensionContext.Namespace.create(Closings.class))
			.computeIfAbsent(Closings.class, (key) -> new Closings(), Closings.class);
	}

	/**
	 * Closes in the background.
	 * @param things all programs at the same time, and then what they use
	 */
	void closeAll(Collection<? extends AutoCloseable> things) {
		List<CompletableFuture<Void>> programs = new ArrayList<>();
		List<AutoCloseable> last = new ArrayList<>();
		for (AutoCloseable thing : things) {
			if (thing instanceof Program) {
				programs.add(CompletableFuture.runAsync(() -> close(thing), THREADS));
			}
			else {
				last.add(thing);
			}
		}
		this.closings.add(CompletableFuture.allOf(programs.toArray(CompletableFuture[]::new))
			.whenCompleteAsync((nothing, failure) -> last.forEach(Closings::close), THREADS));
	}

	private static void close(AutoCloseable thing) {
		try {
			thing.close();
		}
		catch (Exception ex) {
			throw new CompletionException(ex);
		}
	}

	@Override
	public void close() {
		this.closings.forEach(CompletableFuture::join);
	}

}

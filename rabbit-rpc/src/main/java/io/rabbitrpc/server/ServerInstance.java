package io.rabbitrpc.server;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Tells this server from others.
 *
 * @param name of printable ASCII characters
 */
public record ServerInstance(String name) {

	private static final int LARGEST_PREFIX = 55;

	/**
	 * Names this server.
	 * @param set the name from the settings, if any
	 * @param application the application's name. A generated name begins with it
	 * @return the name
	 */
	static ServerInstance of(@Nullable String set, String application) {
		if (set != null) {
			return new ServerInstance(set);
		}
		String prefix = application.replaceAll("[^!-~]", "-");
		return new ServerInstance(prefix.substring(0, Math.min(prefix.length(), LARGEST_PREFIX)) + "-"
				+ UUID.randomUUID().toString().substring(0, 8));
	}

	/**
	 * The beginning of the tags of this server's consumers.
	 * @return the name and a dot
	 */
	String consumerTagPrefix() {
		return this.name + ".";
	}

}

package io.rabbitrpc.server;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Which of several servers this one is.
 *
 * @param name of printable ASCII characters
 */
public record ServerInstance(String name) {

	private static final int LARGEST_PREFIX = 55;

	/**
	 * Names this server.
	 * @param set the name that was set, if any
	 * @param application the application's name, which a made one begins with
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
	 * What the tags of this server's consumers begin with.
	 * @return the name and a point
	 */
	String consumerTagPrefix() {
		return this.name + ".";
	}

}

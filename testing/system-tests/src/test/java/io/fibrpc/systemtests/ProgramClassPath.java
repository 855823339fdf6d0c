package io.fibrpc.systemtests;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipFile;

import org.jspecify.annotations.Nullable;

/**
 * The files in the jars of a class path, found by their names. {@code URLClassLoader}
 * asks one jar after the other, for each class and resource. With eighty jars that took a
 * fifth of the processor time of a start.
 */
final class ProgramClassPath {

	private static final Certificate[] NO_CERTIFICATES = {};

	private final Map<String, List<Found>> files = new HashMap<>();

	ProgramClassPath(List<Path> jars) {
		jars.forEach(this::add);
	}

	// Stays open, because programs load classes until the end of the JVM
	private void add(Path path) {
		try {
			JarFile file = new JarFile(path.toFile(), false, ZipFile.OPEN_READ, Runtime.version());
			URL url = path.toUri().toURL();
			Jar jar = new Jar(file, url, new CodeSource(url, NO_CERTIFICATES), file.getManifest());
			file.versionedStream().forEach((entry) -> add(new Found(jar, entry)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read " + path, ex);
		}
	}

	private void add(Found found) {
		String name = found.entry.getName();
		addAs(name, found);
		// A folder is also found without the slash at its end
		if (found.entry.isDirectory()) {
			addAs(name.substring(0, name.length() - 1), found);
		}
	}

	private void addAs(String name, Found found) {
		this.files.computeIfAbsent(name, (key) -> new ArrayList<>(1)).add(found);
	}

	/**
	 * Finds a file.
	 * @param name its path in the jar
	 * @return the files with this name, in the order of the jars
	 */
	List<Found> find(String name) {
		return this.files.getOrDefault(name, List.of());
	}

	/**
	 * A jar of the class path.
	 *
	 * @param file the open jar
	 * @param url where it is
	 * @param source the same, as its classes name it
	 * @param manifest its manifest, {@code null} if it has none
	 */
	record Jar(JarFile file, URL url, CodeSource source, @Nullable Manifest manifest) {
	}

	/**
	 * A file in a jar.
	 *
	 * @param jar the jar
	 * @param entry the file
	 */
	record Found(Jar jar, JarEntry entry) {

		byte[] read() throws IOException {
			try (InputStream input = this.jar.file.getInputStream(this.entry)) {
				return input.readAllBytes();
			}
		}

		URL url() {
			try {
				String path = new URI(null, null, "/" + this.entry.getRealName(), null).getRawPath();
				return new URL("jar:%s!%s".formatted(this.jar.url, path));
			}
			catch (MalformedURLException | URISyntaxException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}

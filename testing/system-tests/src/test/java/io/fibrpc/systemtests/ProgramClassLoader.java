package io.fibrpc.systemtests;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.CodeSource;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Handler;

import org.jspecify.annotations.Nullable;

import io.fibrpc.systemtests.ProgramClassPath.Found;
import io.fibrpc.systemtests.ProgramClassPath.Jar;

/**
 * Loads the classes of one executable jar, apart from all others. So a program in the
 * tests' JVM has its own logging, outputs and static fields. A loader serves one program
 * after the other. The next program finds its classes loaded and compiled.
 */
final class ProgramClassLoader extends URLClassLoader {

	private static final Map<String, Deque<ProgramClassLoader>> IDLE = new ConcurrentHashMap<>();

	private static final Map<String, ProgramClassPath> CLASS_PATHS = new ConcurrentHashMap<>();

	private static final String TESTS = "io.fibrpc.systemtests.";

	static {
		registerAsParallelCapable();
		JavaLogging.install();
	}

	private final String module;

	private final ProgramClassPath classPath;

	private @Nullable Handler bridge;

	private ProgramClassLoader(String module) {
		super(module, ExtractedJar.of(module).urls(), ClassLoader.getPlatformClassLoader());
		this.module = module;
		this.classPath = CLASS_PATHS.computeIfAbsent(module,
				(key) -> new ProgramClassPath(ExtractedJar.of(module).jars()));
	}

	/**
	 * Gives a loader to one program.
	 * @param module the module that builds the jar
	 * @return a loader that no other program has
	 */
	static ProgramClassLoader take(String module) {
		Deque<ProgramClassLoader> idle = idle(module);
		synchronized (idle) {
			ProgramClassLoader loader = idle.poll();
			return (loader != null) ? loader : new ProgramClassLoader(module);
		}
	}

	void giveBack() {
		Deque<ProgramClassLoader> idle = idle(this.module);
		synchronized (idle) {
			idle.push(this);
		}
	}

	private static Deque<ProgramClassLoader> idle(String module) {
		return IDLE.computeIfAbsent(module, (key) -> new ArrayDeque<>());
	}

	/**
	 * Finds the loader of the program that a thread belongs to. Threads inherit it.
	 * @param thread the thread
	 * @return the loader, {@code null} if the thread belongs to no program
	 */
	static @Nullable ProgramClassLoader of(Thread thread) {
		ClassLoader loader = thread.getContextClassLoader();
		while (loader != null && !(loader instanceof ProgramClassLoader)) {
			// Tomcat puts a loader of its own before it
			loader = loader.getParent();
		}
		return (ProgramClassLoader) loader;
	}

	/**
	 * The program's handler for {@code java.util.logging}.
	 * @return its bridge to SLF4J
	 */
	synchronized Handler bridge() {
		if (this.bridge == null) {
			try {
				this.bridge = (Handler) loadClass("org.slf4j.bridge.SLF4JBridgeHandler").getConstructor().newInstance();
			}
			catch (ReflectiveOperationException ex) {
				throw new IllegalStateException(ex);
			}
		}
		return this.bridge;
	}

	@Override
	protected Class<?> findClass(String name) throws ClassNotFoundException {
		String file = name.replace('.', '/') + ".class";
		try {
			return name.startsWith(TESTS) ? define(name, readOfTests(name, file), null) : define(name, file);
		}
		catch (IOException ex) {
			throw new ClassNotFoundException(name, ex);
		}
	}

	private static byte[] readOfTests(String name, String file) throws IOException, ClassNotFoundException {
		try (InputStream input = ProgramClassLoader.class.getClassLoader().getResourceAsStream(file)) {
			if (input == null) {
				throw new ClassNotFoundException(name);
			}
			return input.readAllBytes();
		}
	}

	private Class<?> define(String name, String file) throws IOException, ClassNotFoundException {
		List<Found> files = this.classPath.find(file);
		if (files.isEmpty()) {
			throw new ClassNotFoundException(name);
		}
		Jar jar = files.get(0).jar();
		String packageName = name.substring(0, Math.max(0, name.lastIndexOf('.')));
		// For what asks its package for a version
		if (jar.manifest() != null && getDefinedPackage(packageName) == null) {
			try {
				definePackage(packageName, jar.manifest(), jar.url());
			}
			catch (IllegalArgumentException ex) {
				// Another thread has defined it
			}
		}
		return define(name, files.get(0).read(), jar.source());
	}

	private Class<?> define(String name, byte[] read, @Nullable CodeSource source) {
		byte[] classFile = SystemCalls.areRedirectedIn(name) ? SystemCalls.redirect(read) : read;
		return defineClass(name, classFile, 0, classFile.length, source);
	}

	@Override
	public @Nullable URL findResource(String name) {
		List<Found> found = this.classPath.find(name);
		return found.isEmpty() ? null : found.get(0).url();
	}

	// Spring reads hundreds of class files at each start. To open a connection to the URL
	// of each takes longer than to read it
	@Override
	public @Nullable InputStream getResourceAsStream(String name) {
		List<Found> found = this.classPath.find(name);
		if (found.isEmpty()) {
			return super.getResourceAsStream(name);
		}
		try {
			return new ByteArrayInputStream(found.get(0).read());
		}
		catch (IOException ex) {
			return null;
		}
	}

	@Override
	public Enumeration<URL> findResources(String name) {
		return Collections.enumeration(this.classPath.find(name).stream().map(Found::url).toList());
	}

}

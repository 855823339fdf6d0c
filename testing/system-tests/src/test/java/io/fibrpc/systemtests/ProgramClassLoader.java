package io.fibrpc.systemtests;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Handler;

import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of one executable jar, apart from all others. So a program in the
 * tests' JVM has its own logging, outputs and static fields. A loader serves one program
 * after the other. The next program finds its classes loaded and compiled.
 */
final class ProgramClassLoader extends URLClassLoader {

	private static final Map<String, Deque<ProgramClassLoader>> IDLE = new ConcurrentHashMap<>();

	private static final String TESTS = "io.fibrpc.systemtests.";

	static {
		registerAsParallelCapable();
		JavaLogging.install();
	}

	private final String module;

	private @Nullable Handler bridge;

	private ProgramClassLoader(String module, URL[] classPath) {
		super(module, classPath, ClassLoader.getPlatformClassLoader());
		this.module = module;
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
			return (loader != null) ? loader : new ProgramClassLoader(module, ExtractedJar.of(module).classPath());
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
		if (!SystemCalls.areRedirectedIn(name) && !name.startsWith(TESTS)) {
			return super.findClass(name);
		}
		byte[] classFile = read(name);
		byte[] redirected = SystemCalls.areRedirectedIn(name) ? SystemCalls.redirect(classFile) : classFile;
		return defineClass(name, redirected, 0, redirected.length);
	}

	private byte[] read(String name) throws ClassNotFoundException {
		String file = name.replace('.', '/') + ".class";
		try (InputStream input = open(name, file)) {
			if (input == null) {
				throw new ClassNotFoundException(name);
			}
			return input.readAllBytes();
		}
		catch (IOException ex) {
			throw new ClassNotFoundException(name, ex);
		}
	}

	private @Nullable InputStream open(String name, String file) throws IOException {
		if (name.startsWith(TESTS)) {
			return ProgramClassLoader.class.getClassLoader().getResourceAsStream(file);
		}
		URL resource = findResource(file);
		return (resource != null) ? resource.openStream() : null;
	}

}

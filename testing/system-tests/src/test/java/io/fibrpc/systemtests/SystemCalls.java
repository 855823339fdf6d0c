package io.fibrpc.systemtests;

import java.util.List;
import java.util.Set;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;

import io.fibrpc.systemtests.inside.ProgramSystem;
import io.fibrpc.systemtests.inside.StandardOutput;

/**
 * Redirects classes that ask the JVM for outputs, exit codes and logging settings to
 * {@link ProgramSystem}.
 */
final class SystemCalls {

	private static final List<String> REDIRECTED = List.of("io.fibrpc.", "ch.qos.logback.", "picocli.",
			"org.springframework.boot.SpringBootExceptionHandler", "org.springframework.boot.logging.");

	private static final Set<String> METHODS = Set.of("exit", "setOut", "getProperty", "setProperty", "clearProperty");

	private static final Set<String> FIELDS = Set.of("out", "err");

	private static final String SYSTEM = "java/lang/System";

	private static final String FILE_OUTPUT = "java/io/FileOutputStream";

	private SystemCalls() {
	}

	static boolean areRedirectedIn(String className) {
		return REDIRECTED.stream().anyMatch(className::startsWith) && !className.equals(ProgramSystem.class.getName());
	}

	static byte[] redirect(byte[] classFile) {
		ClassReader reader = new ClassReader(classFile);
		ClassWriter writer = new ClassWriter(reader, 0);
		reader.accept(new ClassVisitor(Opcodes.ASM9, writer) {
			@Override
			public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
					String[] exceptions) {
				return new Redirection(super.visitMethod(access, name, descriptor, signature, exceptions));
			}
		}, 0);
		return writer.toByteArray();
	}

	private static String internalName(Class<?> type) {
		return type.getName().replace('.', '/');
	}

	/** Changes the target of calls. */
	private static final class Redirection extends MethodVisitor {

		Redirection(MethodVisitor next) {
			super(Opcodes.ASM9, next);
		}

		@Override
		public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
			boolean redirected = owner.equals(SYSTEM) && FIELDS.contains(name);
			super.visitFieldInsn(opcode, redirected ? internalName(ProgramSystem.class) : owner, name, descriptor);
		}

		@Override
		public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
			String target = owner;
			if (owner.equals(SYSTEM) && METHODS.contains(name)) {
				target = internalName(ProgramSystem.class);
			}
			else if (owner.equals(FILE_OUTPUT) && descriptor.equals("(Ljava/io/FileDescriptor;)V")) {
				target = internalName(StandardOutput.class);
			}
			super.visitMethodInsn(opcode, target, name, descriptor, isInterface);
		}

		@Override
		public void visitTypeInsn(int opcode, String type) {
			super.visitTypeInsn(opcode,
					(opcode == Opcodes.NEW && type.equals(FILE_OUTPUT)) ? internalName(StandardOutput.class) : type);
		}

	}

}

package io.rabbitrpc.server.reply;

/**
 * Is told what happens to one reply. Its methods run on threads that serve all replies,
 * so they must not block.
 */
public interface ReplyObserver {

	/**
	 * The broker has the reply.
	 * @param replaced whether the caller got {@link io.rabbitrpc.RpcStatus#INTERNAL} in
	 * place of the reply, because the broker refused the reply itself
	 */
	void taken(boolean replaced);

	/**
	 * The broker has refused the reply, or has not taken it while somebody waited. This
	 * is called at most once. The broker may still take the reply later.
	 */
	void failed();

}

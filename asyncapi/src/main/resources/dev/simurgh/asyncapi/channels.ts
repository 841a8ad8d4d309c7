/** What comes with an error: why. */
export type Failure = { reason: string };

/** Nothing. */
export type Empty = { [key: string]: never };

type Protocol = { params: unknown; join: object; push: object; pushAny: boolean; on: object };

type Event<C extends Protocol> = (keyof C["push"] & string) | (C["pushAny"] extends true ? string & {} : never);

type Payload<C extends Protocol, E> = E extends keyof C["push"]
  ? C["push"][E] extends { payload: infer P } ? P : never
  : unknown;

type Reply<C extends Protocol, E> = E extends keyof C["push"]
  ? C["push"][E] extends { reply: infer R } ? R : never
  : { ok: unknown; error: unknown };

/** Of a kept topic the reply to a join says where one is, and whether all that was missed comes. */
type Joined<R> = { [S in keyof R]: S extends "ok" ? R[S] & { position?: string; recovered?: boolean } : R[S] };

/** An object may carry the trace that it belongs to. */
type Traced<P> = unknown extends P
  ? P
  : P extends Empty
    ? Empty | { traceparent: string }
    : P extends ArrayBuffer | readonly unknown[] | string | number | boolean | null
      ? P
      : P & { traceparent?: string };

type Optional<P> = {} extends P ? true : false;

/** A join or push of phoenix.js, which knows what may come back. */
export interface TypedPush<R> extends Omit<Push, "receive"> {
  receive<S extends keyof R & string>(status: S, callback: (response: R[S]) => unknown): this;
  receive(status: "timeout", callback: () => unknown): this;
}

/** A channel of phoenix.js, which knows what it takes and gives. */
export interface TypedChannel<C extends Protocol> extends Omit<Channel, "join" | "on" | "push"> {
  join(timeout?: number): TypedPush<Joined<C["join"]>>;
  /** The second argument is a position, if the topic is kept. */
  on<E extends keyof C["on"] & string>(
    event: E,
    callback: (payload: C["on"][E], ref?: string | null, joinRef?: string | null) => void,
  ): number;
  push<E extends Event<C>>(
    event: E,
    ...rest: Optional<Payload<C, E>> extends true
      ? [payload?: Traced<Payload<C, E>>, timeout?: number]
      : [payload: Traced<Payload<C, E>>, timeout?: number]
  ): TypedPush<Reply<C, E>>;
}

/** A socket of phoenix.js, which knows its topics: `new Socket("/socket") as SocketAt<"/socket">`. */
export interface SocketAt<P extends keyof Sockets> extends Omit<Socket, "channel"> {
  channel<T extends Topics[P]>(
    topic: T,
    ...params: Optional<ParamsOf<P, T>> extends true
      ? [params?: ParamsOf<P, T> | (() => ParamsOf<P, T>)]
      : [params: ParamsOf<P, T> | (() => ParamsOf<P, T>)]
  ): ChannelAt<P, T>;
}

/** A kept topic takes a position, a join a trace. A function is no object with parameters, though it has a name and a length. */
type ParamsOf<P extends keyof Sockets, T extends string> = ProtocolAt<P, T>["params"] & {
  position?: string;
  traceparent?: string;
  [Symbol.hasInstance]?: never;
};

type ProtocolAt<P extends keyof Sockets, T extends string> = Sockets[P][Patterns<T>[P] & keyof Sockets[P]] & Protocol;

/** The channel of a topic, such as `ChannelAt<"/socket", "room:1">`. */
export type ChannelAt<P extends keyof Sockets, T extends string> = TypedChannel<ProtocolAt<P, T>>;

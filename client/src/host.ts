// What the client uses of a browser, so that a test can put another in its place. Whatever is optional
// here may be missing: on a server, in an old browser, on a page without TLS.

/** A `BroadcastChannel`, as far as it is used. */
export interface Channel {
    onmessage: ((event: { data: unknown }) => void) | null;
    postMessage(message: unknown): void;
    close(): void;
}

/** A `LockManager`, as far as it is used. */
export interface Locks {
    request(
        name: string,
        options: { signal: AbortSignal },
        run: () => Promise<void>,
    ): Promise<unknown>;
}

interface Listening {
    addEventListener(type: string, listener: (event: Event) => void): void;
    removeEventListener(type: string, listener: (event: Event) => void): void;
}

export interface Host extends Partial<Listening> {
    fetch: typeof fetch;
    setTimeout(run: () => void, milliseconds: number): unknown;
    clearTimeout(timer: unknown): void;
    Date: { now(): number };
    Math: { random(): number };
    location?: { href: string; origin: string };
    document?: Listening & { readonly visibilityState: string };
    navigator?: { readonly locks?: Locks };
    BroadcastChannel?: new (name: string) => Channel;
}

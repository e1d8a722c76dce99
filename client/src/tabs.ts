// What the tabs of one browser tell each other, and how one of them at a time refreshes. Both Web APIs
// behind it may be missing: the gateway joins refreshes that meet, so all that is lost is a request.
import type { Host } from './host.js';
import type { SessionBody } from './types.js';

export type News<U> =
    | { type: 'refreshed'; body: SessionBody<U> }
    | { type: 'seen'; body: SessionBody<U> }
    | { type: 'signed_in' }
    | { type: 'signed_out' }
    | { type: 'session_ended' };

export interface Tabs<U> {
    /** Whether other tabs can be heard. */
    readonly connected: boolean;
    tell(news: News<U>): void;
    /** Runs while no other tab does. */
    alone<T>(run: () => Promise<T>): Promise<T>;
    close(): void;
}

/** Longer than this no tab waits for another, which may be frozen or gone wrong. */
const longestWait = 10_000;
/** How long a message to another tab is under way, generously. */
const newsTakes = 50;

export function joinTabs<U>(host: Host, name: string, hear: (news: News<U>) => void): Tabs<U> {
    let channel: InstanceType<NonNullable<Host['BroadcastChannel']>> | undefined;
    try {
        // It stays open while the page is in the back-forward cache: browsers drop a cached page that
        // gets a message, so nobody comes back to a page from before a sign-out.
        channel = host.BroadcastChannel && new host.BroadcastChannel(name);
        if (channel) channel.onmessage = ({ data }) => hear(Object(data) as News<U>);
    } catch {
        // A browser may have it and refuse it, in a sandboxed frame for instance.
    }

    return {
        connected: !!channel,
        tell: (news) => channel?.postMessage(news),
        close: () => channel?.close(),

        async alone<T>(run: () => Promise<T>) {
            let running: Promise<T> | undefined;
            const patience = new AbortController();
            const timer = host.setTimeout(() => patience.abort(), longestWait);
            try {
                await host.navigator?.locks?.request(
                    name,
                    { signal: patience.signal },
                    async () => {
                        host.clearTimeout(timer);
                        await (running = run());
                        // Its news reach the tabs in the queue before their turn does.
                        await new Promise<void>((go) => host.setTimeout(go, newsTakes));
                    },
                );
            } catch {
                // Either the lock failed, and the run goes on without it, or the run did, and says so itself.
            }
            host.clearTimeout(timer);
            return running ?? run();
        },
    };
}

// When to ask the gateway next. One timer, which every outcome sets again; what it does is the client's.
import type { Host } from './host.js';
import type { SessionTimes } from './types.js';

/** However short a token lives, no tab asks more often: the gateway refreshes by itself for whoever needs it. */
const shortestDelay = 5_000;
/** The longest step of the backoff. */
const longestBackoff = 60_000;
/** What `setTimeout` can count; more would fire at once. */
const longestTimeout = 2 ** 31 - 1;

export interface Schedule {
    /** After an answer. Without times there is nothing to wait for. */
    plan(times?: Partial<SessionTimes>): void;
    /** After a failure of `work`: again, later each time, and not before `seconds` are over. */
    retry(work: () => void, seconds: number): void;
    /** Something has changed around the page: does what has become due. */
    wake(): void;
    /** The network is back: what failed is tried without waiting for the rest of its pause. */
    hurry(): void;
}

export function makeSchedule(host: Host, refresh: () => void, check: () => void): Schedule {
    let timer: unknown;
    let failures = 0;
    // Only a page that somebody sees refreshes; the rest do it when they are looked at. Otherwise a
    // forgotten tab would keep the tokens of an abandoned session alive for ever.
    let work = refresh;
    let workAt = Infinity;
    // The end is looked for in hidden pages too: it is when they must stop showing what is private,
    // and asking for the session does not extend it.
    let endAt = Infinity;

    const jitter = (milliseconds: number) => host.Math.random() * milliseconds;

    /** Jitter comes behind the delay: a refresh that comes before it is due does nothing. */
    const after = (seconds: number | undefined): number => {
        if (typeof seconds !== 'number' || !(seconds >= 0)) return Infinity;
        const delay = Math.max(shortestDelay, seconds * 1000);
        // A tenth at most stays within the margin that the gateway keeps before the token's end.
        return host.Date.now() + delay + jitter(Math.min(5_000, delay / 10));
    };

    const arm = () => {
        host.clearTimeout(timer);
        const visible = host.document?.visibilityState !== 'hidden';
        const first = visible && workAt <= endAt;
        const wait = (first ? workAt : endAt) - host.Date.now();
        if (wait === Infinity) return;
        timer = host.setTimeout(
            () => {
                // Not the clock but the timer says that it is time: the clock may have been put back.
                if (wait > longestTimeout) arm();
                else if (first) work();
                else check();
            },
            Math.min(Math.max(0, wait), longestTimeout),
        );
    };

    return {
        plan(times = {}) {
            failures = 0;
            work = refresh;
            workAt = after(times.refresh_in);
            endAt = after(Math.min(times.expires_in ?? Infinity, times.idle_in ?? Infinity));
            arm();
        },
        retry(what, seconds) {
            const pause = Math.max(
                seconds * 1000,
                Math.min(longestBackoff, 1000 * 2 ** ++failures),
            );
            work = what;
            workAt = host.Date.now() + pause + jitter(pause / 5);
            // Hidden pages do not knock on a door that is shut.
            if (what === check) endAt = Infinity;
            arm();
        },
        wake: arm,
        hurry() {
            // Not all at once, though: a whole office may have come back.
            if (failures) workAt = Math.min(workAt, host.Date.now() + jitter(1000));
            arm();
        },
    };
}

// What the page knows of its session, and who is told when that changes.
import type { ClocheError } from './errors.js';
import type { Host } from './host.js';
import type { Listener, Reason, SessionState } from './types.js';

export interface Change<U> {
    status: SessionState['status'];
    user?: U | undefined;
    reason: Reason;
    error?: ClocheError;
    /** As before, if it is left out. */
    epoch?: number;
}

export interface Known<U> {
    readonly state: SessionState<U>;
    /** What is as before is no news: it tells nobody and keeps its identity. */
    set(change: Change<U>): void;
    listen(listener: Listener<U>): () => void;
}

export const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Whether both are one person, whose data may have changed. Without an `id` to tell by, they are not. */
export function samePerson(a: unknown, b: unknown): boolean {
    const { id } = Object(a);
    return same(a, b) || (id !== undefined && same(id, Object(b).id));
}

export function makeKnown<U>(host: Host): Known<U> {
    const listeners = new Set<Listener<U>>();
    let state: SessionState<U> = {
        status: 'unknown',
        user: undefined,
        reason: 'loading',
        error: undefined,
        epoch: 0,
    };

    return {
        get state() {
            return state;
        },
        set({ status, user, reason, error, epoch = state.epoch }) {
            const sameUser = same(user, state.user);
            const sameError = error?.code === state.error?.code;
            if (status === state.status && sameUser && sameError && epoch === state.epoch) return;
            if (sameUser) user = state.user;
            state = { status, user, reason, error, epoch } as SessionState<U>;
            for (const listener of [...listeners]) {
                try {
                    listener(state);
                } catch (fault) {
                    // The page's own: reported as such, and of no effect on the other listeners.
                    host.setTimeout(() => {
                        throw fault;
                    }, 0);
                }
            }
        },
        listen(listener) {
            // A function of its own, so that the same listener can be given twice.
            const mine: Listener<U> = (now) => listener(now);
            listeners.add(mine);
            return () => void listeners.delete(mine);
        },
    };
}

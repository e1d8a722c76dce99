// A clock that stands still until a test moves it. Timers fire in order, and what they set off is let run to its
// end before the next.
export class Clock {
    // Some Sunday: nothing may hang on the date.
    #now = Date.UTC(2026, 0, 4);
    #timers = new Map();
    #last = 0;
    /** The delays that were asked for, for tests of what a timer can count. */
    delays = [];

    now = () => this.#now;

    setTimeout = (run, milliseconds = 0) => {
        this.delays.push(milliseconds);
        // As browsers do it: what does not fit into 31 bits fires at once.
        const delay = milliseconds > 2 ** 31 - 1 ? 0 : Math.max(0, milliseconds);
        this.#timers.set(++this.#last, { at: this.#now + delay, run });
        return this.#last;
    };

    clearTimeout = (timer) => {
        this.#timers.delete(timer);
    };

    sleep(milliseconds) {
        return new Promise((done) => this.setTimeout(done, milliseconds));
    }

    get timers() {
        return this.#timers.size;
    }

    async advance(milliseconds) {
        const until = this.#now + milliseconds;
        await settle();
        for (;;) {
            const next = [...this.#timers].sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
            if (!next || next[1].at > until) break;
            this.#timers.delete(next[0]);
            this.#now = Math.max(this.#now, next[1].at);
            next[1].run();
            await settle();
        }
        this.#now = until;
    }

    seconds(seconds) {
        return this.advance(seconds * 1000);
    }

    /** The machine sleeps: time passes, and timers stand still. */
    sleepThrough(milliseconds) {
        this.#now += milliseconds;
        for (const timer of this.#timers.values()) timer.at += milliseconds;
    }
}

/** Until all that can go on without time passing has done so. */
export async function settle() {
    for (let i = 0; i < 4; ++i) await new Promise(setImmediate);
}

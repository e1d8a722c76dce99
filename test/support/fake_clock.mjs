// Programs whose clock is off, or is moved while they run. Their monotonic clocks are left alone.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from './cloche.mjs';

const faked = { LD_PRELOAD: '/usr/$LIB/faketime/libfaketime.so.1', FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' };

/** The environment of such a program: `clockOff('+300s')`. */
export const clockOff = (by) => ({ ...faked, FAKETIME: by });

/** `env` for all programs of a test; `move('+3h')` puts their clocks forward, within a second. */
export function movableClock(t) {
    const file = join(temporaryFolder(t), 'clock');
    const move = (by) => writeFileSync(file, by);
    move('+0s');
    return { env: { ...faked, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_CACHE_DURATION: '1' }, move };
}

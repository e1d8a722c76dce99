// Steps to take when a test ends, the last first: what was started on top of something else goes before it.
const stacks = new WeakMap();

export function atEnd(t, step) {
    if (!stacks.has(t)) {
        const steps = [];
        stacks.set(t, steps);
        t.after(async () => {
            const failures = [];
            while (steps.length > 0) {
                try {
                    await steps.pop()();
                } catch (error) {
                    failures.push(error);
                }
            }
            if (failures.length > 0) throw failures[0];
        });
    }
    stacks.get(t).push(step);
}

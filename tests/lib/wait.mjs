// waitFor(milliseconds, probe): calls the (async) probe until it gives something truthy and returns that; throws when
// the time is over.  `what` may be an (async) function that tells how things stand then.  The one place where a node
// test waits for a clock.
export async function waitFor(milliseconds, probe, what = "condition") {
    const deadline = Date.now() + milliseconds;
    let failure = null;
    for (;;) {
        try {
            const value = await probe();
            if (value) return value;
        } catch (error) {
            failure = error;
        }
        if (Date.now() > deadline)
            throw new Error(`waited ${milliseconds} ms in vain for ${typeof what === "function" ? await what() : what}`, {
                cause: failure,
            });
        await new Promise((resolve) => setTimeout(resolve, 25));
    }
}

'use client';
// In place of a page whose API call failed. Nobody is signed out by that.
export default function Failed() {
    return (
        <section className="card narrow">
            <h1>This did not work</h1>
            <p>The API cannot be asked just now. You are still signed in.</p>
            <button className="primary" type="button" onClick={() => window.location.reload()}>
                Try again
            </button>
        </section>
    );
}

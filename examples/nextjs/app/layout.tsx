// What every page has around it.
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';

import './globals.css';

export const metadata: Metadata = {
    title: { default: 'Next.js behind Cloche', template: '%s · Next.js behind Cloche' },
};

export const viewport: Viewport = { colorScheme: 'light dark' };

export default function Layout({ children }: { children: ReactNode }) {
    return (
        <html lang="en">
            <body>
                <header>
                    {/* No Link: what it fetches ahead is guarded, and nobody may be signed in. */}
                    <a className="brand" href="/">
                        <Logo />
                        <span>
                            Cloche <span className="quiet">with Next.js</span>
                        </span>
                    </a>
                </header>
                <main>{children}</main>
                <footer>Your browser holds a random number. The tokens stay on the server.</footer>
            </body>
        </html>
    );
}

function Logo() {
    return (
        <svg className="logo" viewBox="0 0 48 48" width="34" height="34" aria-hidden="true">
            <circle className="knob" cx="24" cy="7.5" r="3.5" />
            <path d="M9 38V26a15 15 0 0 1 30 0v12z" />
            <path d="M5 40.5h38" />
            <circle className="core" cx="24" cy="30" r="3.6" />
        </svg>
    );
}

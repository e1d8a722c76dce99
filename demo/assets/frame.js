// What every page does with the session: its navigation says who is signed in, and a page that was rendered for
// somebody else is loaded again, in whichever tab that happened. Everything works without it, by links and forms.
import { auth } from './session.js';

const page = document.body.dataset;
const main = document.getElementById('content');
const news = document.getElementById('news');
let leaving = false;

/** Whether the server rendered this page for another state of things. */
function isStale({ status, user, reason }) {
    const inThen = page.signedIn === 'yes';
    if (status === 'unknown' || page.live === 'yes') return false;
    if (status === 'signed_out') return inThen;
    if (inThen) return Boolean(page.email && user.email && page.email !== user.email);
    // A page reached by a link from elsewhere has come without the cookie. To load it once more for that could go on
    // for ever where cookies are refused; the next link mends it.
    return reason !== 'loaded';
}

function loadAgain() {
    leaving = true;
    // Nothing of it may be seen while the next one is on its way.
    main.hidden = true;
    // Not reload(): the answer to a form is to be asked for, not sent once more.
    location.replace(location.pathname + location.search);
}

function show(state) {
    if (leaving) return;
    if (isStale(state)) return loadAgain();
    news.textContent = state.error ? `${state.error.message} What you see may be out of date.` : '';
    news.className = state.error ? 'alert' : '';
    if (state.status === 'unknown') return;
    document.getElementById('account-in').hidden = !state.user;
    document.getElementById('account-out').hidden = Boolean(state.user);
    document.getElementById('account-name').textContent = state.user?.fullName ?? state.user?.email ?? '';
}

// The other tabs learn of a sign-out from the client, which a form alone would not tell.
for (const form of document.querySelectorAll('form[action="/sign-out"]')) {
    form.addEventListener('submit', async (event) => {
        event.preventDefault();
        leaving = true;
        try {
            await auth.logout();
            location.assign('/sign-in?notice=signed-out');
        } catch {
            // The form's own way may still work, and says what is wrong if not. submit() asks no listener.
            form.submit();
        }
    });
}

// Back from the back-forward cache, perhaps after a sign-out: hidden until the gateway has said that it may be seen.
addEventListener('pageshow', async (event) => {
    if (!event.persisted) return;
    leaving = false;
    main.hidden = true;
    try {
        await auth.session();
        if (!isStale(auth.state)) main.hidden = false;
        else loadAgain();
    } catch {
        loadAgain();
    }
});

auth.onChange(show);

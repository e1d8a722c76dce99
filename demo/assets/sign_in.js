// The sign-in form of the client component. What it does when somebody is signed in is frame.js's business: the page was
// rendered for nobody, so it is loaded again, and the server sends the person on to where they wanted to go.
import { auth } from './session.js';

const form = document.getElementById('client-form');
const alert = document.getElementById('client-alert');
const button = form.querySelector('button');

/** Words at a field, or none. */
function complain(input, words) {
    const id = `${input.id}-note`;
    document.getElementById(id)?.remove();
    input.parentElement.classList.toggle('wrong', Boolean(words));
    input.removeAttribute('aria-invalid');
    input.removeAttribute('aria-describedby');
    if (!words) return;
    const note = document.createElement('p');
    note.className = 'complaint';
    note.id = id;
    note.textContent = words;
    input.after(note);
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', id);
}

function show(error) {
    const inputs = [form.elements.email, form.elements.password];
    for (const input of inputs) complain(input, error?.fields?.[input.name]);
    const wrong = inputs.find((input) => input.getAttribute('aria-invalid'));
    // What is said at a field is not said above the form as well.
    alert.textContent = error && !wrong ? error.message : '';
    alert.hidden = alert.textContent === '';
    if (error) (wrong ?? form.elements.password).focus();
}

form.addEventListener('submit', async (event) => {
    event.preventDefault();
    show(undefined);
    button.disabled = true;
    try {
        await auth.login({ email: form.elements.email.value, password: form.elements.password.value });
    } catch (error) {
        form.elements.password.value = '';
        button.disabled = false;
        show(error);
    }
});
form.hidden = false;

too-much = That is more than I can answer at once. I pass over what you send now; wait a little, and go on then.
too-much-toast = That is too fast. Wait a little.
cancelled = All right, I don't ask any more.
cancelled-draft = All right, your draft collects nothing any more. It stays as it is: /broadcast
cancelled-empty-draft = All right, your draft is discarded: there was nothing in it.
nothing-to-cancel = There is nothing to cancel.
leaves-group = I only join groups into which my own administrators put me, so I leave. Write to me in private!
terms =
    <b>The terms</b> (version { $version })

    I keep what I need to serve you, and nothing else: what that is, and how you get or delete it, is under /privacy. You write to me as you would to any service: lawfully, and without harming others; who doesn't can be banned. What I say comes without warranty.

    Press the button if you agree. Before that I can do nothing for you but /help, /privacy and /cancel.
terms-agreed = Thank you! What you sent before, I passed over: please send it again, or begin here.
terms-first = Please agree to the terms first.
terms-changed = The terms have changed.
terms-not-asked = There is nothing to agree to.
button-agree = ✅ I agree
button-begin = ▶️ Begin
button-privacy = 🔒 Privacy
command-cancel = End what I am asking you
command-privacy = What I keep about you, and why

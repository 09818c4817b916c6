terms-text =
    <b>The terms</b> (version { $version })

    I keep what I need to serve you, and nothing else: what that is, and how you get or delete it, is under /privacy. You write to me as you would to any service: lawfully, and without harming others; who doesn't can be banned. What I say comes without warranty.

    Press the button if you agree. Before that I can do nothing for you but /help, /privacy and /cancel.
terms-agreed = Thank you! What you sent before, I passed over: please send it again, or begin here.
terms-first = Please agree to the terms first.
terms-changed = The terms have changed.
terms-not-asked = There is nothing to agree to.
terms-button-agree = ✅ I agree
terms-button-begin = ▶️ Begin
terms-button-privacy = 🔒 Privacy

admin-panel =
    <b>Administration</b>

    What is it about?
admin-button-people = 👥 People
admin-button-broadcasts = 📣 Broadcasts
admin-button-audit = 📜 Audit
admin-button-back = ‹ Back

admin-panel =
    <b>Administration</b>

    What is it about?
admin-button-people = 👥 People
admin-button-broadcasts = 📣 Broadcasts
admin-button-stats = 📊 Statistics
admin-button-dead-letters = ⚠️ What went wrong
admin-button-maintenance = 🛠 Maintenance
admin-button-bot-settings = ⚙️ Bot settings
admin-button-audit = 📜 Audit
command-admin = Administer the bot

statistics-panel-entry = 📊 Statistics
statistics-button =
    { $button ->
        [a-audit] Audit
        [a-ban] Ban
        [a-bulk] Ban a list
        [a-card] Person
        [a-demote] Demote
        [a-export] Export of a person
        [a-found] List of people
        [a-note] Add a note
        [a-notes] Notes
        [a-panel] Administration
        [a-people] People
        [a-promote] Promote
        [a-search] Search
        [a-skip] Ban without a reason
        [a-unban] Unban
        [a-write] Write to a person
        [agree] I agree
        [b-cancel] Cancel a broadcast
        [b-category] Broadcast: about what
        [b-choose] Broadcast: whom, chosen
        [b-day] Broadcast: day
        [b-delete] Delete messages
        [b-delete-yes] Yes, delete messages
        [b-discard] Discard a draft
        [b-failures] Failures
        [b-go-on] Go on with a broadcast
        [b-hour] Broadcast: hour
        [b-list] Broadcasts
        [b-minute] Broadcast: minute
        [b-more] Add to a draft
        [b-new] New broadcast
        [b-over] Start a draft over
        [b-part] Broadcast: whom, by what
        [b-pause] Pause a broadcast
        [b-preview] Preview
        [b-schedule] Schedule
        [b-send] Send a broadcast
        [b-show] Broadcast
        [b-toggle] Broadcast: how
        [b-unschedule] Unschedule
        [b-waiting] What waits
        [b-whom] Broadcast: whom
        [b-yes] Yes, send
        [help] Help
        [id] My number
        [privacy] Privacy
        [privacy-erase] Erase me
        [privacy-erase-yes] Yes, erase me
        [privacy-export] Export my data
        [s-chart] Chart
        [s-dead] Dead letters
        [s-dead-discard] Discard a dead letter
        [s-dead-discard-yes] Yes, discard
        [s-dead-file] Dead letter as a file
        [s-dead-older] Older dead letters
        [s-dead-retry] Retry a dead letter
        [s-dead-show] Dead letter
        [s-maintenance] Maintenance
        [s-maintenance-off] Maintenance off
        [s-maintenance-on] Maintenance on
        [s-report-off] Daily report off
        [s-report-on] Daily report on
        [s-settings] Bot settings
        [s-stats] Statistics
        [settings] Settings
        [settings-language] Language
        [settings-zone] Time zone
        [settings-zone-set] Time zone, chosen
        [start] Start
       *[other] { $raw }
    }
statistics-title = <b>Statistics</b> · { $time }
statistics-title-plain = Statistics · { $time }
statistics-report-title = <b>Daily report</b> · { $time }
statistics-people = People: { $people }
statistics-new = New: { $day } in 24 hours, { $week } in 7 days, { $month } in 30 days
statistics-active = Active: { $day } today, { $week } in 7 days, { $month } in 30 days
statistics-gone = Blocked the bot: { $blocked } · can't be reached otherwise: { $unreachable } · banned: { $banned }
statistics-languages = Languages: { $list }
statistics-sources = Came by links: { $list }
statistics-buttons = Buttons pressed in { $days } days: { $list }
statistics-retention = Came back after 1, 2, 3 … weeks, per cent of those who joined in the week from:
statistics-cohort = { $week } ({ $joined }): { $shares }
statistics-cohort-of-this-week = { $week } ({ $joined }): just joined
statistics-item = { $name } { $count }
statistics-queue = Waiting updates: { $updates } · dead letters: { $letters }
statistics-chart = 📈 Chart
statistics-report-on = ☐ Daily report
statistics-report-off = ☑ Daily report
statistics-report-is-on = You get these numbers each day at 09:00 UTC.
statistics-report-is-off = You get no daily report any more.
statistics-chart-new = New people per day: { $days }
statistics-chart-coming = The chart is on its way.
statistics-chart-failed = The chart could not be drawn. The numbers of /stats are right.
statistics-command-stats = Statistics
statistics-help-stats = statistics

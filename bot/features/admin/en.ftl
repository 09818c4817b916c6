admin-panel =
    <b>Administration</b>

    What is it about?
admin-command-admin = Administer the bot
admin-help-admin = people, and the way to all below
admin-notice-started =
    <b>The worker has started.</b>
    Version { $version }, schema { $schema }
    People: { $people } · waiting updates: { $updates } · unsent messages: { $messages }
admin-notice-starts =
    { $starts ->
        [one] { $starts } start since { $time }.
       *[other] <b>{ $starts } starts</b> since { $time }.
    }
admin-notice-crashed =
    ⚠️ <b>The last worker ended without a word</b>: it crashed, was killed, or lost its database for good. What it left is being done now.
admin-notice-errors =
    { $letters ->
        [one] ⚠️ <b>{ $letters } dead letter</b> since { $time }:
       *[other] ⚠️ <b>{ $letters } dead letters</b> since { $time }:
    }
admin-notice-errors-group =
    { $letters } × { $origin ->
        [update] update
        [message] message
       *[other] other
    }: { $reason }
admin-notice-errors-more = … and others.
admin-notice-errors-more-listed = … and others. /{ $command } shows them all.
admin-notice-errors-listed = /{ $command } shows them.

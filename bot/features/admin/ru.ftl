admin-panel =
    <b>Управление</b>

    Чем займёмся?
admin-command-admin = Управление ботом
admin-help-admin = люди и путь ко всему, что ниже
admin-notice-started =
    <b>Бот запущен.</b>
    Версия { $version }, схема { $schema }
    Людей: { $people } · ждут обработки: { $updates } · не отправлено: { $messages }
admin-notice-starts =
    { $starts ->
        [one] <b>{ $starts } запуск</b> с { $time }.
        [few] <b>{ $starts } запуска</b> с { $time }.
       *[many] <b>{ $starts } запусков</b> с { $time }.
    }
admin-notice-crashed =
    ⚠️ <b>Прошлый запуск оборвался молча</b>: бот упал, был убит или навсегда потерял базу данных. Оставшееся доделывается сейчас.
admin-notice-errors =
    { $letters ->
        [one] ⚠️ <b>{ $letters } мёртвое письмо</b> с { $time }:
        [few] ⚠️ <b>{ $letters } мёртвых письма</b> с { $time }:
       *[many] ⚠️ <b>{ $letters } мёртвых писем</b> с { $time }:
    }
admin-notice-errors-group =
    { $letters } × { $origin ->
        [update] обновление
        [message] сообщение
       *[other] другое
    }: { $reason }
admin-notice-errors-more = … и другие.
admin-notice-errors-more-listed = … и другие. Все покажет /{ $command }.
admin-notice-errors-listed = Их покажет /{ $command }.

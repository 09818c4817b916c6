maintenance-is-on =
    <b>Режим обслуживания включён.</b> Всем, кто пишет боту, один раз сообщается, что с ним идут работы, и больше для них ничего не делается. Администраторы работают как обычно.
maintenance-is-off =
    <b>Режим обслуживания выключен.</b> Когда он включён, всем, кто пишет боту, один раз сообщается, что с ним идут работы, и больше для них ничего не делается. Администраторы работают как обычно.
maintenance-switch-on = 🛠 Включить
maintenance-switch-off = ✅ Выключить
maintenance-notice = 🛠 Сейчас с ботом идут работы. Пожалуйста, попробуйте позже.
command-maintenance = Режим обслуживания
command-deadletters = Что не получилось
command-broadcast = Написать всем
dead-letters-title = <b>Мёртвые письма</b>: что не удалось прочитать, обработать или отправить, сначала новые
dead-letters-none = Здесь ничего нет.
dead-letters-entry =
    <b>{ $number }</b> · { $origin ->
        [update] обновление
        [message] сообщение
       *[other] другое
    } · { $time }
    { $reason }
dead-letters-open = { $number } · { $reason }
dead-letters-newest = 🔄 Новые
dead-letters-older = Раньше ›
dead-letters-back = ‹ Все мёртвые письма
dead-letter =
    <b>Мёртвое письмо { $number }</b> · { $origin ->
        [update] обновление
        [message] сообщение
       *[other] другое
    } · { $time }
    Вид: { $kind } · чат: { $chat }
dead-letter-file = 📄 Файлом
dead-letter-retry = 🔁 Повторить
dead-letter-discard = 🗑 Удалить
dead-letter-discard-yes = Да, удалить
dead-letter-keep = ‹ Оставить
dead-letter-discard-confirmation = <b>Удалить мёртвое письмо { $number }?</b> Вернуть его будет нельзя.
dead-letter-caption =
    Мёртвое письмо { $number }: { $origin ->
        [update] обновление
        [message] сообщение
       *[other] содержимое
    } в том виде, в каком оно сохранено
dead-letter-retried = Мёртвое письмо { $number } пробуется снова.
dead-letter-discarded = Мёртвое письмо { $number } удалено.
dead-letter-gone = Этого мёртвого письма больше нет: его повторили, удалили, или оно устарело.
dead-letter-not-retriable = Это мёртвое письмо нельзя повторить: сохранённое эта версия не может ни обработать, ни отправить. Оно остаётся.
dead-letter-file-coming = Файл скоро придёт.
notice-started =
    <b>Бот запущен.</b>
    Версия { $version }, схема { $schema }
    Людей: { $people } · ждут обработки: { $updates } · не отправлено: { $messages }
notice-starts =
    { $starts ->
        [one] <b>{ $starts } запуск</b> с { $time }.
        [few] <b>{ $starts } запуска</b> с { $time }.
       *[many] <b>{ $starts } запусков</b> с { $time }.
    }
notice-crashed =
    ⚠️ <b>Прошлый запуск оборвался молча</b>: бот упал, был убит или навсегда потерял базу данных. Оставшееся доделывается сейчас.
notice-errors =
    { $letters ->
        [one] ⚠️ <b>{ $letters } мёртвое письмо</b> с { $time }:
        [few] ⚠️ <b>{ $letters } мёртвых письма</b> с { $time }:
       *[many] ⚠️ <b>{ $letters } мёртвых писем</b> с { $time }:
    }
notice-errors-group =
    { $letters } × { $origin ->
        [update] обновление
        [message] сообщение
       *[other] другое
    }: { $reason }
notice-errors-more = … и другие. Все покажет /deadletters.
notice-errors-end = Их покажет /deadletters.

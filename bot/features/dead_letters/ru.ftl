dead_letters-panel-entry = ⚠️ Что пошло не так
dead_letters-command-deadletters = Что не получилось
dead_letters-help-deadletters = что пошло не так
dead_letters-title = <b>Мёртвые письма</b>: что не удалось прочитать, обработать или отправить, сначала новые
dead_letters-none = Здесь ничего нет.
dead_letters-entry =
    <b>{ $number }</b> · { $origin ->
        [update] обновление
        [message] сообщение
       *[other] другое
    } · { $time }
    { $reason }
dead_letters-open = { $number } · { $reason }
dead_letters-newest = 🔄 Новые
dead_letters-back = ‹ Все мёртвые письма
dead_letters-letter =
    <b>Мёртвое письмо { $number }</b> · { $origin ->
        [update] обновление
        [message] сообщение
       *[other] другое
    } · { $time }
    Вид: { $kind } · чат: { $chat }
dead_letters-file = 📄 Файлом
dead_letters-retry = 🔁 Повторить
dead_letters-discard-yes = Да, удалить
dead_letters-keep = ‹ Оставить
dead_letters-discard-confirmation = <b>Удалить мёртвое письмо { $number }?</b> Вернуть его будет нельзя.
dead_letters-caption =
    Мёртвое письмо { $number }: { $origin ->
        [update] обновление
        [message] сообщение
       *[other] содержимое
    } в том виде, в каком оно сохранено
dead_letters-retried = Мёртвое письмо { $number } пробуется снова.
dead_letters-discarded = Мёртвое письмо { $number } удалено.
dead_letters-gone = Этого мёртвого письма больше нет: его повторили, удалили, или оно устарело.
dead_letters-not-retriable = Это мёртвое письмо нельзя повторить: сохранённое эта версия не может ни обработать, ни отправить. Оно остаётся.
dead_letters-file-coming = Файл скоро придёт.
dead_letters-failed = Простите, у меня что-то сломалось. Случай записан под номером { $number }, ничего не потеряно.

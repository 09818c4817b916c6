broadcast-progress =
    <b>Рассылка { $number }</b> · { $state ->
        [paused] приостановлена
        [deleting] сообщения удаляются
       *[running] идёт
    }
    { $excerpt }
broadcast-without-a-sender = ⚠️ <b>Сейчас никто не отправляет.</b> Рассылка продолжится сама, как только заработает бот.
broadcast-line-sent = Отправлено: { $sent } из { $total }
broadcast-line-listing = Отправлено: { $sent } из { $total }, список людей ещё составляется
broadcast-line-no-list =
    { $state ->
        [paused] Список людей ещё не составлен.
       *[running] Составляется список людей.
    }
broadcast-line-failed = Не удалось: { $failed }
broadcast-line-blocked = Недоступны или заблокировали бота: { $blocked }
broadcast-line-left = Осталось: { $left }
broadcast-line-speed = Скорость: { $speed } в секунду
broadcast-line-end = Закончится примерно { $end }
broadcast-line-twice =
    { $people ->
        [one] Возможно, получил дважды { $people } человек
        [few] Возможно, получили дважды { $people } человека
       *[many] Возможно, получили дважды { $people } человек
    }
broadcast-line-deleted = Удалено: { $deleted } из { $sent }
broadcast-line-took = Это заняло { $duration }.
broadcast-line-not-begun = Её отменили, прежде чем она началась.
broadcast-report =
    <b>Рассылка { $number }</b> · { $state ->
        [partly] закончилась, но получили её не все, кто мог
        [cancelled] отменена
        [deleted] сообщения удалены, насколько это позволил Telegram
       *[done] отправлена
    }
    { $excerpt }
broadcast-ended =
    <b>Рассылка { $number }</b> · { $state ->
        [partly] закончилась не полностью: отправлено { $sent } из { $total }
        [deleted] сообщения удалены: { $deleted } из { $sent }
       *[done] отправлена: { $sent } из { $total }
    }
broadcast-duration-hours = { $hours } ч { $minutes } мин
broadcast-duration-minutes = { $minutes } мин { $seconds } с
broadcast-duration-seconds = { $seconds } с
broadcast-duration-none = меньше секунды
broadcast-delete-confirmation =
    <b>Удалить сообщения рассылки { $number }?</b>

    { $sent ->
        [one] Её получил { $sent } человек.
        [few] Её получили { $sent } человека.
       *[many] Её получили { $sent } человек.
    } Telegram позволяет боту удалять сообщение в течение 48 часов после отправки; более старые останутся. Отменить удаление нельзя.
broadcast-delete-too-late = Telegram позволяет боту удалять сообщения лишь 48 часов, а эти старше, или их нет.
broadcast-no-failures = Сбоев нет: получили все.
broadcast-failures-caption = Кто не получил рассылку { $number }
broadcast-failures-coming = Файл уже в пути.

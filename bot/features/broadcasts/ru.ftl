broadcasts-panel-entry = 📣 Рассылки
broadcasts-command-broadcast = Написать всем
broadcasts-help-broadcast = написать всем
broadcasts-progress =
    <b>Рассылка { $number }</b> · { $state ->
        [paused] приостановлена
        [deleting] сообщения удаляются
       *[running] идёт
    }
    { $excerpt }
broadcasts-without-a-sender = ⚠️ <b>Сейчас никто не отправляет.</b> Рассылка продолжится сама, как только заработает бот.
broadcasts-line-sent = Отправлено: { $sent } из { $total }
broadcasts-line-listing = Отправлено: { $sent } из { $total }, список людей ещё составляется
broadcasts-line-no-list =
    { $state ->
        [paused] Список людей ещё не составлен.
       *[running] Составляется список людей.
    }
broadcasts-line-failed = Не удалось: { $failed }
broadcasts-line-blocked = Недоступны или заблокировали бота: { $blocked }
broadcasts-line-left = Осталось: { $left }
broadcasts-line-speed = Скорость: { $speed } в секунду
broadcasts-line-end = Закончится примерно { $end }
broadcasts-line-twice =
    { $people ->
        [one] Возможно, получил дважды { $people } человек
        [few] Возможно, получили дважды { $people } человека
       *[many] Возможно, получили дважды { $people } человек
    }
broadcasts-line-deleted = Удалено: { $deleted } из { $sent }
broadcasts-line-took = Это заняло { $duration }.
broadcasts-line-not-begun = Её отменили, прежде чем она началась.
broadcasts-report =
    <b>Рассылка { $number }</b> · { $state ->
        [partly] закончилась, но получили её не все, кто мог
        [cancelled] отменена
        [deleted] сообщения удалены, насколько это позволил Telegram
       *[done] отправлена
    }
    { $excerpt }
broadcasts-ended =
    <b>Рассылка { $number }</b> · { $state ->
        [partly] закончилась не полностью: отправлено { $sent } из { $total }
        [deleted] сообщения удалены: { $deleted } из { $sent }
       *[done] отправлена: { $sent } из { $total }
    }
broadcasts-duration-hours = { $hours } ч { $minutes } мин
broadcasts-duration-minutes = { $minutes } мин { $seconds } с
broadcasts-duration-seconds = { $seconds } с
broadcasts-duration-none = меньше секунды
broadcasts-delete-confirmation =
    <b>Удалить сообщения рассылки { $number }?</b>

    { $sent ->
        [one] Её получил { $sent } человек.
        [few] Её получили { $sent } человека.
       *[many] Её получили { $sent } человек.
    } Telegram позволяет боту удалять сообщение в течение 48 часов после отправки; более старые останутся. Отменить удаление нельзя.
broadcasts-delete-too-late = Telegram позволяет боту удалять сообщения лишь 48 часов, а эти старше, или их нет.
broadcasts-no-failures = Сбоев нет: получили все.
broadcasts-failures-caption = Кто не получил рассылку { $number }
broadcasts-failures-coming = Файл уже в пути.
broadcasts-title = <b>Рассылки</b>, сначала новые
broadcasts-none = Пока не было ни одной рассылки.
broadcasts-entry =
    <b>{ $number }</b> · { $state ->
        [composing] черновик
        [previewed] черновик
        [scheduled] начнётся { $due }
        [running] идёт: { $sent } из { $total }
        [paused] приостановлена: { $sent } из { $total }
        [partly] закончилась не полностью: отправлено { $sent } из { $total }
        [not-begun] отменена, прежде чем началась
        [cancelled] отменена: отправлено { $sent } из { $total }
        [deleting] удаляется: { $deleted } из { $sent }
        [deleted] удалена: { $deleted } из { $sent }
       *[done] отправлена: { $sent } из { $total }
    }
    { $excerpt }
broadcasts-entry-idle =
    <b>{ $number }</b> · сейчас никто не отправляет: { $sent } из { $total }
    { $excerpt }
broadcasts-excerpt-of-kind = ({ $kind })
broadcasts-empty = (пока пусто)
broadcasts-kind =
    { $kind ->
        [text] текст
        [photo] фото
        [video] видео
        [animation] анимация
        [audio] аудио
        [voice] голосовое сообщение
        [document] файл
        [video-note] видеосообщение
        [sticker] стикер
        [album] альбом
        [poll] опрос
        [venue] место
        [location] геопозиция
        [contact] контакт
        [dice] кубик
       *[copy] копия сообщения
    }
broadcasts-composing =
    <b>Рассылка { $number }</b>

    Пришлите или перешлите мне то, что нужно разослать, затем нажмите «Просмотр». Подойдёт почти любое сообщение, всего их может быть до { $most }; альбом считается за одно.

    { $count ->
        [0] Пока ничего нет.
        [one] Пока есть { $count } сообщение.
        [few] Пока есть { $count } сообщения.
       *[many] Пока есть { $count } сообщений.
    }
broadcasts-added =
    Добавлено: { $kind }. { $count ->
        [one] Всего { $count } сообщение.
        [few] Всего { $count } сообщения.
       *[many] Всего { $count } сообщений.
    }
broadcasts-lost-album-buttons = ⚠️ Кнопки пропадут: под альбомами их в Telegram не бывает.
broadcasts-lost-other-buttons = ⚠️ Останутся только кнопки-ссылки: прочие работают лишь у того бота, который их создал.
broadcasts-refused-service = Это служебная отметка Telegram о чате, разослать её нельзя. Пришлите сообщение.
broadcasts-refused-quiz = Эту викторину разослать нельзя: Telegram не сообщает мне верный ответ. Создайте её заново в этом чате или пришлите опрос без верного ответа.
broadcasts-refused-by-telegram = Telegram отклоняет эту часть рассылки: так её не отправить. Начните заново и пришлите её иначе. Telegram говорит:
broadcasts-refused-kind = Сообщение такого вида разослать нельзя. Пришлите то же самое своим текстом, фото, видео или файлом.
broadcasts-refused-too-many = Это уже лишнее: в рассылке не больше { $most } сообщений. Нажмите «Просмотр» или начните заново, но короче.
broadcasts-preview = <b>Просмотр рассылки { $number }</b>: вот что получат люди.
broadcasts-nothing-composed = Пока нечего показывать: сначала пришлите сообщение.
broadcasts-settings =
    <b>Рассылка { $number }</b>
    { $excerpt }

    <b>О чём:</b> { $category ->
        [system] о самом боте. Отказаться от этого нельзя, поэтому пишите так только о том, что должны знать все.
        [offers] предложения. От предложений можно отказаться в /settings, и тогда они не придут.
       *[news] новости. От новостей можно отказаться в /settings, и тогда они не придут.
    }
    <b>Кому:</b> { $audience }
    { $people ->
        [0] Сейчас этого не получил бы никто.
        [one] Сейчас это получил бы { $people } человек.
        [few] Сейчас это получили бы { $people } человека.
       *[many] Сейчас это получили бы { $people } человек.
    }
broadcasts-audience-everyone = все, до кого можно достучаться
broadcasts-audience-language = те, чей язык – { $language }
broadcasts-audience-active =
    { $days ->
        [one] были активны за последний { $days } день
        [few] были активны за последние { $days } дня
       *[many] были активны за последние { $days } дней
    }
broadcasts-audience-silent =
    { $days ->
        [one] молчат { $days } день или дольше
        [few] молчат { $days } дня или дольше
       *[many] молчат { $days } дней или дольше
    }
broadcasts-audience-joined =
    { $days ->
        [one] пришли за последний { $days } день
        [few] пришли за последние { $days } дня
       *[many] пришли за последние { $days } дней
    }
broadcasts-audience-source = пришли по ссылке «{ $source }»
broadcasts-audience-administrators = только администраторы, для проверки
broadcasts-whom =
    <b>Кому уйдёт рассылка { $number }</b>

    Сейчас: { $audience }.
    { $people ->
        [0] Сейчас этого не получил бы никто.
        [one] Сейчас это получил бы { $people } человек.
        [few] Сейчас это получили бы { $people } человека.
       *[many] Сейчас это получили бы { $people } человек.
    }

    Условия действуют вместе. Считаются только те, кто писал боту лично, не заблокировал его и не отказался от таких сообщений.
broadcasts-part =
    <b>Рассылка { $number }</b>: { $part ->
        [language] на каком языке? Считается выбранный в /settings, а если его нет – язык их Telegram.
        [active] за сколько дней были активны?
        [silent] сколько дней молчат?
        [joined] за сколько дней пришли?
       *[source] по какой ссылке пришли?
    } Число показывает, сколько человек её получит.
broadcasts-part-empty =
    <b>Рассылка { $number }</b>

    { $part ->
        [language] Ни у кого из получателей язык не известен.
       *[source] Ни о ком из получателей не известно, откуда он пришёл.
    }
broadcasts-choice-gone = Этого варианта больше нет. Вот нынешние.
broadcasts-confirmation =
    <b>Отправить рассылку { $number }?</b>
    { $excerpt }
broadcasts-confirmation-people =
    { $people ->
        [one] Её получит { $people } человек.
        [few] Её получат { $people } человека.
       *[many] Её получат { $people } человек.
    }
broadcasts-line-messages = <b>Сообщений:</b> { $count }
broadcasts-line-about =
    <b>О чём:</b> { $category ->
        [system] о самом боте (отказаться от этого нельзя)
        [offers] предложения
       *[news] новости
    }
broadcasts-line-to = <b>Кому:</b> { $audience }
broadcasts-line-options = <b>Как:</b> { $options }
broadcasts-option =
    { $option ->
        [silent] без звука
        [protected] без пересылки и сохранения
       *[no_preview] без превью ссылок
    }
broadcasts-nobody = Сейчас этого не получит никто. Выберите других людей и отправьте.
broadcasts-day = <b>Рассылка { $number }</b>: в какой день её отправить? Сейчас { $now }; часы – те, что в ваших /settings.
broadcasts-hour = <b>Рассылка { $number }</b>, { $day }: в котором часу ({ $zone })?
broadcasts-minute = <b>Рассылка { $number }</b>, { $day }: в какую минуту ({ $zone })?
broadcasts-time-past = Это время уже прошло или слишком далеко. Выберите другое.
broadcasts-scheduled =
    <b>Рассылка { $number }</b> начнётся { $due }.
    { $excerpt }
broadcasts-scheduled-people =
    { $people ->
        [0] Сейчас этого не получил бы никто.
        [one] Сейчас это получил бы { $people } человек; уйдёт тем, кто будет к тому времени.
        [few] Сейчас это получили бы { $people } человека; уйдёт тем, кто будет к тому времени.
       *[many] Сейчас это получили бы { $people } человек; уйдёт тем, кто будет к тому времени.
    }
broadcasts-waiting = <b>Что ждёт своего времени</b>
broadcasts-waiting-none = Своего времени ничего не ждёт.
broadcasts-anothers-draft =
    <b>Рассылка { $number }</b> – черновик другого администратора.
    { $excerpt }
broadcasts-draft-left = У вас уже есть черновик. Отправьте, отложите или удалите его, потом начинайте новый.
broadcasts-gone = Этой рассылки больше нет. Какие есть, покажет /broadcast.
broadcasts-changed = Это меню устарело. Вот как обстоит дело сейчас.
broadcasts-not-yours = Это черновик другого администратора, изменить его может только он.
broadcasts-discarded = Удалено.
broadcasts-button-new = ➕ Новая рассылка
broadcasts-button-waiting = 🕒 Что ждёт
broadcasts-button-open = { $number } · { $excerpt }
broadcasts-button-preview = 👁 Просмотр
broadcasts-button-preview-again = 👁 Просмотр ещё раз
broadcasts-button-start-over = ↩️ Начать заново
broadcasts-button-more = ➕ Добавить
broadcasts-button-category =
    { $category ->
        [system] О боте
        [offers] Предложения
       *[news] Новости
    }
broadcasts-button-chosen = ✓ { $label }
broadcasts-button-whom = 👥 Кому: { $people }
broadcasts-button-option =
    { $option ->
        [silent] Без звука
        [protected] Без пересылки и сохранения
       *[no_preview] Без превью ссылок
    }
broadcasts-button-on = ☑ { $label }
broadcasts-button-off = ☐ { $label }
broadcasts-button-send = 🚀 Отправить
broadcasts-button-schedule = 🕒 Отложить
broadcasts-button-yes = ✅ Да, отправить
broadcasts-button-all = ‹ Все рассылки
broadcasts-button-everyone = Все · { $people }
broadcasts-button-administrators = Только администраторы · { $people }
broadcasts-button-any = Не важно · { $people }
broadcasts-button-part =
    { $part ->
        [language] Язык…
        [active] Были активны…
        [silent] Молчат…
        [joined] Пришли недавно…
       *[source] Откуда пришли…
    }
broadcasts-button-days =
    { $days ->
        [one] { $days } день · { $people }
        [few] { $days } дня · { $people }
       *[many] { $days } дней · { $people }
    }
broadcasts-button-value = { $value } · { $people }
broadcasts-button-unschedule = ✋ Не отправлять пока
broadcasts-button-other-time = 🕒 Другое время
broadcasts-button-cancel = ✖️ Отменить
broadcasts-button-pause = ⏸ Приостановить
broadcasts-button-go-on = ▶️ Продолжить
broadcasts-button-failures = 📄 Кто не получил (CSV)
broadcasts-button-delete = 🗑 Удалить сообщения
broadcasts-button-delete-yes = 🗑 Да, удалить
broadcasts-cancelled-draft = Хорошо, черновик больше ничего не собирает. Он остаётся как есть: /broadcast
broadcasts-cancelled-empty-draft = Хорошо, черновик удалён: в нём ничего не было.

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
broadcast-excerpt-of-kind = ({ $kind })
broadcast-empty = (пока пусто)
broadcast-kind =
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
broadcast-composing =
    <b>Рассылка { $number }</b>

    Пришлите или перешлите мне то, что нужно разослать, затем нажмите «Просмотр». Подойдёт почти любое сообщение, всего их может быть до { $most }; альбом считается за одно.

    { $count ->
        [0] Пока ничего нет.
        [one] Пока есть { $count } сообщение.
        [few] Пока есть { $count } сообщения.
       *[many] Пока есть { $count } сообщений.
    }
broadcast-added =
    Добавлено: { $kind }. { $count ->
        [one] Всего { $count } сообщение.
        [few] Всего { $count } сообщения.
       *[many] Всего { $count } сообщений.
    }
broadcast-lost-album-buttons = ⚠️ Кнопки пропадут: под альбомами их в Telegram не бывает.
broadcast-lost-other-buttons = ⚠️ Останутся только кнопки-ссылки: прочие работают лишь у того бота, который их создал.
broadcast-refused-service = Это служебная отметка Telegram о чате, разослать её нельзя. Пришлите сообщение.
broadcast-refused-quiz = Эту викторину разослать нельзя: Telegram не сообщает мне верный ответ. Создайте её заново в этом чате или пришлите опрос без верного ответа.
broadcast-refused-by-telegram = Telegram отклоняет эту часть рассылки: так её не отправить. Начните заново и пришлите её иначе. Telegram говорит:
broadcast-refused-kind = Сообщение такого вида разослать нельзя. Пришлите то же самое своим текстом, фото, видео или файлом.
broadcast-refused-too-many = Это уже лишнее: в рассылке не больше { $most } сообщений. Нажмите «Просмотр» или начните заново, но короче.
broadcast-preview = <b>Просмотр рассылки { $number }</b>: вот что получат люди.
broadcast-nothing-composed = Пока нечего показывать: сначала пришлите сообщение.
broadcast-settings =
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
broadcast-audience-everyone = все, до кого можно достучаться
broadcast-audience-language = те, чей язык – { $language }
broadcast-audience-active =
    { $days ->
        [one] были активны за последний { $days } день
        [few] были активны за последние { $days } дня
       *[many] были активны за последние { $days } дней
    }
broadcast-audience-silent =
    { $days ->
        [one] молчат { $days } день или дольше
        [few] молчат { $days } дня или дольше
       *[many] молчат { $days } дней или дольше
    }
broadcast-audience-joined =
    { $days ->
        [one] пришли за последний { $days } день
        [few] пришли за последние { $days } дня
       *[many] пришли за последние { $days } дней
    }
broadcast-audience-source = пришли по ссылке «{ $source }»
broadcast-audience-administrators = только администраторы, для проверки
broadcast-whom =
    <b>Кому уйдёт рассылка { $number }</b>

    Сейчас: { $audience }.
    { $people ->
        [0] Сейчас этого не получил бы никто.
        [one] Сейчас это получил бы { $people } человек.
        [few] Сейчас это получили бы { $people } человека.
       *[many] Сейчас это получили бы { $people } человек.
    }

    Условия действуют вместе. Считаются только те, кто писал боту лично, не заблокировал его и не отказался от таких сообщений.
broadcast-part =
    <b>Рассылка { $number }</b>: { $part ->
        [language] на каком языке? Считается выбранный в /settings, а если его нет – язык их Telegram.
        [active] за сколько дней были активны?
        [silent] сколько дней молчат?
        [joined] за сколько дней пришли?
       *[source] по какой ссылке пришли?
    } Число показывает, сколько человек её получит.
broadcast-part-empty =
    <b>Рассылка { $number }</b>

    { $part ->
        [language] Ни у кого из получателей язык не известен.
       *[source] Ни о ком из получателей не известно, откуда он пришёл.
    }
broadcast-choice-gone = Этого варианта больше нет. Вот нынешние.
broadcast-confirmation =
    <b>Отправить рассылку { $number }?</b>
    { $excerpt }
broadcast-confirmation-people =
    { $people ->
        [one] Её получит { $people } человек.
        [few] Её получат { $people } человека.
       *[many] Её получат { $people } человек.
    }
broadcast-line-messages = <b>Сообщений:</b> { $count }
broadcast-line-about =
    <b>О чём:</b> { $category ->
        [system] о самом боте (отказаться от этого нельзя)
        [offers] предложения
       *[news] новости
    }
broadcast-line-to = <b>Кому:</b> { $audience }
broadcast-line-options = <b>Как:</b> { $options }
broadcast-option =
    { $option ->
        [silent] без звука
        [protected] без пересылки и сохранения
       *[no_preview] без превью ссылок
    }
broadcast-nobody = Сейчас этого не получит никто. Выберите других людей и отправьте.
broadcast-day = <b>Рассылка { $number }</b>: в какой день её отправить? Сейчас { $now }; часы – те, что в ваших /settings.
broadcast-hour = <b>Рассылка { $number }</b>, { $day }: в котором часу ({ $zone })?
broadcast-minute = <b>Рассылка { $number }</b>, { $day }: в какую минуту ({ $zone })?
broadcast-time-past = Это время уже прошло или слишком далеко. Выберите другое.
broadcast-scheduled =
    <b>Рассылка { $number }</b> начнётся { $due }.
    { $excerpt }
broadcast-scheduled-people =
    { $people ->
        [0] Сейчас этого не получил бы никто.
        [one] Сейчас это получил бы { $people } человек; уйдёт тем, кто будет к тому времени.
        [few] Сейчас это получили бы { $people } человека; уйдёт тем, кто будет к тому времени.
       *[many] Сейчас это получили бы { $people } человек; уйдёт тем, кто будет к тому времени.
    }
broadcast-waiting = <b>Что ждёт своего времени</b>
broadcast-waiting-none = Своего времени ничего не ждёт.
broadcast-anothers-draft =
    <b>Рассылка { $number }</b> – черновик другого администратора.
    { $excerpt }
broadcast-draft-left = У вас уже есть черновик. Отправьте, отложите или удалите его, потом начинайте новый.
broadcast-gone = Этой рассылки больше нет. Какие есть, покажет /broadcast.
broadcast-changed = Это меню устарело. Вот как обстоит дело сейчас.
broadcast-not-yours = Это черновик другого администратора, изменить его может только он.
broadcast-discarded = Удалено.
broadcast-button-new = ➕ Новая рассылка
broadcast-button-refresh = 🔄 Обновить
broadcast-button-waiting = 🕒 Что ждёт
broadcast-button-open = { $number } · { $excerpt }
broadcast-button-preview = 👁 Просмотр
broadcast-button-preview-again = 👁 Просмотр ещё раз
broadcast-button-start-over = ↩️ Начать заново
broadcast-button-discard = 🗑 Удалить
broadcast-button-more = ➕ Добавить
broadcast-button-category =
    { $category ->
        [system] О боте
        [offers] Предложения
       *[news] Новости
    }
broadcast-button-chosen = ✓ { $label }
broadcast-button-whom = 👥 Кому: { $people }
broadcast-button-option =
    { $option ->
        [silent] Без звука
        [protected] Без пересылки и сохранения
       *[no_preview] Без превью ссылок
    }
broadcast-button-on = ☑ { $label }
broadcast-button-off = ☐ { $label }
broadcast-button-send = 🚀 Отправить
broadcast-button-schedule = 🕒 Отложить
broadcast-button-yes = ✅ Да, отправить
broadcast-button-back = ‹ Назад
broadcast-button-all = ‹ Все рассылки
broadcast-button-everyone = Все · { $people }
broadcast-button-administrators = Только администраторы · { $people }
broadcast-button-any = Не важно · { $people }
broadcast-button-part =
    { $part ->
        [language] Язык…
        [active] Были активны…
        [silent] Молчат…
        [joined] Пришли недавно…
       *[source] Откуда пришли…
    }
broadcast-button-days =
    { $days ->
        [one] { $days } день · { $people }
        [few] { $days } дня · { $people }
       *[many] { $days } дней · { $people }
    }
broadcast-button-value = { $value } · { $people }
broadcast-button-unschedule = ✋ Не отправлять пока
broadcast-button-other-time = 🕒 Другое время
broadcast-button-cancel = ✖️ Отменить
broadcast-button-pause = ⏸ Приостановить
broadcast-button-go-on = ▶️ Продолжить
broadcast-button-failures = 📄 Кто не получил (CSV)
broadcast-button-delete = 🗑 Удалить сообщения
broadcast-button-delete-yes = 🗑 Да, удалить

ban-term =
    <b>Бан: { $name }</b>

    На сколько?
ban-button-term =
    { $term ->
        [hour] 1 час
        [day] 1 день
        [week] 7 дней
        [month] 30 дней
       *[ever] Навсегда
    }
ban-silence =
    <b>Бан: { $name }</b>, { $term ->
        [hour] на 1 час
        [day] на 1 день
        [week] на 7 дней
        [month] на 30 дней
       *[ever] навсегда
    }

    Сообщить об этом? Тогда придёт одно сообщение: причина, срок и как обжаловать.
ban-button-told = 📢 Сообщить
ban-button-silent = 🤫 Молча
ban-asked-reason =
    <b>Бан: { $name }</b>, { $term ->
        [hour] на 1 час
        [day] на 1 день
        [week] на 7 дней
        [month] на 30 дней
       *[ever] навсегда
    }, { $how ->
        [silent] молча
       *[told] с уведомлением
    }

    Какова причина? Пришлите текст до { $most } знаков или нажмите «Пропустить».
ban-button-skip = Пропустить: без причины
ban-history =
    { $bans ->
        [0] Банов ещё не было.
        [1] Был { $bans } бан:
        [one] Был { $bans } бан, сначала новые:
        [few] Было { $bans } бана, сначала новые:
       *[many] Было { $bans } банов, сначала новые:
    }
ban-entry =
    • { $at }, до { $until }, { $end ->
        [running] идёт
        [lifted] снят досрочно
       *[over] истёк
    }
ban-entry-ever =
    • { $at }, навсегда, { $end ->
        [running] идёт
        [lifted] снят
       *[over] истёк
    }
ban-standing = Состояние: <b>бан</b> до { $until }
ban-standing-ever = Состояние: <b>бан</b> навсегда
ban-reason = Причина: { $reason }
ban-notice = 🚫 Вы забанены в этом боте до { $until }.
ban-notice-ever = 🚫 Вы забанены в этом боте.
ban-notice-reason = Причина: { $reason }
ban-notice-appeal = Пока бан действует, я не читаю того, что вы сюда пишете, и не отвечаю. Решают администраторы бота: чтобы обжаловать, напишите кому-нибудь из них, а не мне.
ban-done = 🚫 Забанен.
ban-lifted = ✅ Бан снят.
bulk-asked =
    <b>Бан по списку</b>

    Пришлите номера в Telegram или @username, по одному в строке, до { $most }. Строка, которая начинается с #, – причина. Прежде чем что-то случится, вы увидите, кто в списке.
bulk-too-many = Это слишком много: в списке можно до { $most }. Пришлите список покороче или /cancel.
bulk-preview = <b>Бан по списку</b>: пока никто не забанен. Пришлите другой список вместо этого, если нужно.
bulk-empty = В списке никого нет.
bulk-found =
    { $people ->
        [one] Будет забанен <b>{ $people } человек</b>:
        [few] Будут забанены <b>{ $people } человека</b>:
       *[many] Будут забанены <b>{ $people } человек</b>:
    }
bulk-banned-already = Уже забанены ({ $people }):
bulk-not-allowed = Вы не можете банить ({ $people }):
bulk-unknown = Мне незнакомы ({ $people }):
bulk-confirm =
    { $people ->
        [one] Будет забанен <b>{ $people } человек</b>
        [few] Будут забанены <b>{ $people } человека</b>
       *[many] Будут забанены <b>{ $people } человек</b>
    } { $term ->
        [hour] на 1 час
        [day] на 1 день
        [week] на 7 дней
        [month] на 30 дней
       *[ever] навсегда
    }:
bulk-confirm-silence = Сообщить им об этом? Следующее нажатие банит.
bulk-done =
    { $people ->
        [one] 🚫 Забанен { $people } человек.
        [few] 🚫 Забанены { $people } человека.
       *[many] 🚫 Забанено { $people } человек.
    }

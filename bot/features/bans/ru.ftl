bans-panel-entry = 🚫 Забанить по списку
bans-card-notice =
    Уведомление: { $notice ->
        [silent] нет, бан тихий
        [waiting] придёт в ответ на следующее сообщение
       *[told] отправлено
    }
bans-card-bans = Банов всего: { $bans }
bans-act-ban = 🚫 Забанить
bans-act-unban = ✅ Разбанить
bans-term =
    <b>Бан: { $name }</b>

    На сколько?
bans-button-term =
    { $term ->
        [hour] 1 час
        [day] 1 день
        [week] 7 дней
        [month] 30 дней
       *[ever] Навсегда
    }
bans-silence =
    <b>Бан: { $name }</b>, { $term ->
        [hour] на 1 час
        [day] на 1 день
        [week] на 7 дней
        [month] на 30 дней
       *[ever] навсегда
    }

    Сообщить об этом? Тогда придёт одно сообщение: причина, срок и как обжаловать.
bans-button-told = 📢 Сообщить
bans-button-silent = 🤫 Молча
bans-asked-reason =
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
bans-button-skip = Пропустить: без причины
bans-history =
    { $bans ->
        [0] Банов ещё не было.
        [1] Был { $bans } бан:
        [one] Был { $bans } бан, сначала новые:
        [few] Было { $bans } бана, сначала новые:
       *[many] Было { $bans } банов, сначала новые:
    }
bans-entry =
    • { $at }, до { $until }, { $end ->
        [running] идёт
        [lifted] снят досрочно
       *[over] истёк
    }
bans-entry-ever =
    • { $at }, навсегда, { $end ->
        [running] идёт
        [lifted] снят
       *[over] истёк
    }
bans-standing = Состояние: <b>бан</b> до { $until }
bans-standing-ever = Состояние: <b>бан</b> навсегда
bans-reason = Причина: { $reason }
bans-notice = 🚫 Вы забанены в этом боте до { $until }.
bans-notice-ever = 🚫 Вы забанены в этом боте.
bans-notice-reason = Причина: { $reason }
bans-notice-appeal = Пока бан действует, я не читаю того, что вы сюда пишете, и не отвечаю. Решают администраторы бота: чтобы обжаловать, напишите кому-нибудь из них, а не мне.
bans-done = 🚫 Забанен.
bans-lifted = ✅ Бан снят.
bans-bulk-asked =
    <b>Бан по списку</b>

    Пришлите номера в Telegram или @username, по одному в строке, до { $most }. Строка, которая начинается с #, – причина. Прежде чем что-то случится, вы увидите, кто в списке.
bans-bulk-too-many = Это слишком много: в списке можно до { $most }. Пришлите список покороче или /cancel.
bans-bulk-preview = <b>Бан по списку</b>: пока никто не забанен. Пришлите другой список вместо этого, если нужно.
bans-bulk-empty = В списке никого нет.
bans-bulk-found =
    { $people ->
        [one] Будет забанен <b>{ $people } человек</b>:
        [few] Будут забанены <b>{ $people } человека</b>:
       *[many] Будут забанены <b>{ $people } человек</b>:
    }
bans-bulk-banned-already = Уже забанены ({ $people }):
bans-bulk-not-allowed = Вы не можете банить ({ $people }):
bans-bulk-unknown = Мне незнакомы ({ $people }):
bans-bulk-confirm =
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
bans-bulk-confirm-silence = Сообщить им об этом? Следующее нажатие банит.
bans-bulk-done =
    { $people ->
        [one] 🚫 Забанен { $people } человек.
        [few] 🚫 Забанены { $people } человека.
       *[many] 🚫 Забанено { $people } человек.
    }

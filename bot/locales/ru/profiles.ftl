people-panel =
    <b>Люди</b>

    { $all ->
        [one] Со мной знаком { $all } человек.
        [few] Со мной знакомы { $all } человека.
       *[many] Со мной знакомы { $all } человек.
    }
    Новых сегодня (UTC): { $today }
    Заблокировали меня: { $blocked }
    Забанено: { $banned }
people-button-search = 🔎 Поиск
people-button-newest = 🆕 Самые новые
people-button-bulk = 🚫 Забанить по списку
people-button-first = « К первым
people-button-more = Ещё ›
people-searching =
    <b>Кого ищем?</b>

    Пришлите номер в Telegram, @username или часть имени. Одна или две буквы должны быть началом имени.
people-newest = <b>Самые новые люди</b>
people-found = <b>Найдено по запросу</b> <code>{ $query }</code>
people-none = По запросу <code>{ $query }</code> никого не нашлось.
people-card-name = <b>{ $name }</b>
people-card-id = Номер: <code>{ $id }</code>
people-card-username = Имя в Telegram: @{ $username }
people-card-role =
    Роль: { $role ->
        [owner] владелец
        [administrator] администратор
       *[user] пользователь
    }
people-card-active = Состояние: пользуется ботом
people-card-blocked = Состояние: бот заблокирован с { $at }
people-card-unreachable = Состояние: недоступен с { $at } ({ $reason })
people-card-never-private = Состояние: никогда не писал боту в личном чате
people-card-notice =
    Уведомление: { $notice ->
        [silent] нет, бан тихий
        [waiting] придёт в ответ на следующее сообщение
       *[told] отправлено
    }
people-card-language = Язык: { $language }
people-card-source = Откуда: { $source }
people-card-joined = Знакомы с { $at }
people-card-seen = Последний раз: { $at }
people-card-messages = Сообщений: { $messages }
people-card-bans = Банов всего: { $bans }
people-card-notes = Заметок: { $notes }
people-act-ban = 🚫 Забанить
people-act-unban = ✅ Разбанить
people-act-promote = ⬆️ Повысить
people-act-demote = ⬇️ Понизить
people-act-write = ✉️ Написать
people-act-export = 📄 Выгрузить
people-exported = Всё, что хранится о человеке: { $name }.
people-button-notes = 📝 Заметки ({ $notes })
people-button-note = ➕ Добавить заметку
people-button-audit = 📜 Действия над человеком
people-button-deeds = 📜 Действия человека
people-asked-letter =
    <b>Письмо: { $name }</b>

    Пришлите текст, до { $most } знаков. Он придёт как сообщение от администраторов.
people-letter = <b>Сообщение от администраторов</b>
people-asked-note =
    <b>Заметка: { $name }</b>

    Пришлите текст, до { $most } знаков. Администраторы увидят его с вашим именем. Тот, о ком заметка, получит её без вашего имени, когда выгрузит всё, что о нём хранится.
people-notes = <b>Заметки: { $name }</b>, сначала новые
people-notes-none = Заметок пока нет: <b>{ $name }</b>.
people-notes-more =
    { $more ->
        [one] … и ещё { $more } прежняя
        [few] … и ещё { $more } прежние
       *[many] … и ещё { $more } прежних
    }
people-note = <b>{ $author }</b>, { $at }
people-somebody = кто-то неизвестный
people-text-wanted = Для этого нужен текст. Пришлите его или /cancel.
people-too-long =
    { $most ->
        [one] Слишком длинно: можно не больше { $most } знака. Пришлите покороче или /cancel.
        [few] Слишком длинно: можно не больше { $most } знаков. Пришлите покороче или /cancel.
       *[many] Слишком длинно: можно не больше { $most } знаков. Пришлите покороче или /cancel.
    }
people-sent = ✉️ Сообщение отправляется.
people-unreachable = ⚠️ Не отправлено: этот человек заблокировал бота, недоступен или никогда не писал ему в личном чате.
people-noted = 📝 Записано.
people-promoted = ⬆️ Теперь администратор.
people-demoted = ⬇️ Больше не администратор.
people-nobody = Такого человека больше нет.
people-not-allowed = На это у вас нет права.
people-changed = За это время всё изменилось: вот как оно теперь.
people-over = Этот вопрос уже закрыт. Начните, пожалуйста, заново.

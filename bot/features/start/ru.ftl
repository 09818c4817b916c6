start-cancelled = Хорошо, больше не спрашиваю.
start-nothing-to-cancel = Отменять нечего.
start-leaves-group = Я вхожу только в группы, куда меня добавляют мои администраторы, поэтому ухожу. Напишите мне в личном чате!
start-command-cancel = Закончить мой вопрос
start-help-cancel = закончить мой вопрос
start-button-settings = ⚙️ Настройки
start-welcome =
    { $named ->
        [no] Здравствуйте!
       *[yes] Здравствуйте, <b>{ $name }</b>!
    }

    Я – { $bot }. Нажмите кнопку или напишите команду: ничего из того, что вы пришлёте, не потеряется.
start-help = <b>Что я умею</b>
start-help-administrator = <b>Для администраторов</b>
start-id =
    Ваш номер в Telegram: <code>{ $id }</code>.

    Тот, кто запускает этого бота, вписывает его в <code>ADMIN_IDS</code>, чтобы стать владельцем.
start-unknown-command = Такой команды я не знаю. Известные мне перечислены в /help.
start-button-help = ❓ Помощь
start-button-id = 🪪 Мой номер
start-command-start = Начать сначала
start-help-start = начать сначала
start-command-help = Что я умею
start-help-help = этот список
start-command-id = Ваш номер в Telegram
start-help-id = ваш номер в Telegram
start-setting-leave_groups = Уходить из групп
start-setting-leave_groups-about = Уходит ли бот из групп, куда его добавил не администратор бота.

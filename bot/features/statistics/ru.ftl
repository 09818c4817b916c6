statistics-panel-entry = 📊 Статистика
statistics-button =
    { $button ->
        [a-audit] Журнал
        [a-ban] Бан
        [a-bulk] Бан по списку
        [a-card] Карточка человека
        [a-demote] Понизить
        [a-export] Выгрузка о человеке
        [a-found] Список людей
        [a-note] Новая заметка
        [a-notes] Заметки
        [a-panel] Управление
        [a-people] Люди
        [a-promote] Повысить
        [a-search] Поиск
        [a-skip] Бан без причины
        [a-unban] Разбанить
        [a-write] Написать человеку
        [agree] Согласие с условиями
        [b-cancel] Отменить рассылку
        [b-category] Рассылка: о чём
        [b-choose] Рассылка: выбор получателей
        [b-day] Рассылка: день
        [b-delete] Удалить сообщения
        [b-delete-yes] Да, удалить сообщения
        [b-discard] Удалить черновик
        [b-failures] Кто не получил
        [b-go-on] Продолжить рассылку
        [b-hour] Рассылка: час
        [b-list] Рассылки
        [b-minute] Рассылка: минута
        [b-more] Добавить в черновик
        [b-new] Новая рассылка
        [b-over] Начать черновик заново
        [b-part] Рассылка: условие
        [b-pause] Приостановить рассылку
        [b-preview] Просмотр
        [b-schedule] Отложить
        [b-send] Отправить рассылку
        [b-show] Рассылка
        [b-toggle] Рассылка: как
        [b-unschedule] Не отправлять пока
        [b-waiting] Что ждёт
        [b-whom] Рассылка: кому
        [b-yes] Да, отправить
        [help] Помощь
        [id] Мой номер
        [privacy] Мои данные
        [privacy-erase] Удалить мои данные
        [privacy-erase-yes] Да, удалить мои данные
        [privacy-export] Выгрузить мои данные
        [s-chart] График
        [s-dead] Мёртвые письма
        [s-dead-discard] Удалить мёртвое письмо
        [s-dead-discard-yes] Да, удалить мёртвое письмо
        [s-dead-file] Мёртвое письмо файлом
        [s-dead-older] Прежние мёртвые письма
        [s-dead-retry] Повторить мёртвое письмо
        [s-dead-show] Мёртвое письмо
        [s-maintenance] Обслуживание
        [s-maintenance-off] Обслуживание: выключить
        [s-maintenance-on] Обслуживание: включить
        [s-report-off] Ежедневный отчёт: выключить
        [s-report-on] Ежедневный отчёт: включить
        [s-settings] Настройки бота
        [s-stats] Статистика
        [settings] Настройки
        [settings-language] Язык
        [settings-zone] Часовой пояс
        [settings-zone-set] Часовой пояс: выбор
        [start] Начало
       *[other] { $raw }
    }
statistics-title = <b>Статистика</b> · { $time }
statistics-title-plain = Статистика · { $time }
statistics-report-title = <b>Ежедневный отчёт</b> · { $time }
statistics-people = Людей: { $people }
statistics-new = Новые: за 24 часа { $day }, за 7 дней { $week }, за 30 дней { $month }
statistics-active = Активные: сегодня { $day }, за 7 дней { $week }, за 30 дней { $month }
statistics-gone = Заблокировали бота: { $blocked } · недоступны по другой причине: { $unreachable } · забанены: { $banned }
statistics-languages = Языки: { $list }
statistics-sources = Пришли по ссылкам: { $list }
statistics-buttons = Нажатия кнопок за { $days } дней: { $list }
statistics-retention = Вернулись через 1, 2, 3 … недели, в процентах от пришедших за неделю, начавшуюся:
statistics-cohort = { $week } ({ $joined }): { $shares }
statistics-cohort-of-this-week = { $week } ({ $joined }): только что пришли
statistics-item = { $name } { $count }
statistics-queue = Ждут обработки: { $updates } · мёртвых писем: { $letters }
statistics-chart = 📈 График
statistics-report-on = ☐ Ежедневный отчёт
statistics-report-off = ☑ Ежедневный отчёт
statistics-report-is-on = Эти числа будут приходить каждый день в 09:00 UTC.
statistics-report-is-off = Ежедневный отчёт больше не приходит.
statistics-chart-new = Новые люди по дням: { $days }
statistics-chart-coming = График скоро придёт.
statistics-chart-failed = Не удалось нарисовать график. Числа в /stats верны.
statistics-command-stats = Статистика
statistics-help-stats = статистика

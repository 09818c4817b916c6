audit-panel-entry = 📜 Журнал
audit-title =
    { $of ->
        [by] <b>Кто действовал: { $name }</b>, сначала новое
        [of] <b>С кем: { $name }</b>, сначала новое
       *[all] <b>Журнал</b>, сначала новое
    }
audit-none = Пока ничего.
audit-act =
    { $act ->
        [ban] бан
        [unban] снятие бана
        [promote] назначение администратором
        [demote] снятие прав администратора
        [write] письмо
        [export] выгрузка данных
        [note] заметка
        [setting] изменение настройки «{ $what }»
        [dead-letter-retried] повтор мёртвого письма { $what }
        [dead-letter-discarded] удаление мёртвого письма { $what }
        [broadcast-sent] отправка рассылки { $what }
        [broadcast-scheduled] рассылка { $what } отложена до срока
        [broadcast-unscheduled] отмена срока рассылки { $what }
        [broadcast-held-back] рассылка { $what } в срок не уйдёт, её автор
        [broadcast-paused] приостановка рассылки { $what }
        [broadcast-continued] продолжение рассылки { $what }
        [broadcast-cancelled] отмена рассылки { $what }
        [broadcast-deleted] удаление сообщений рассылки { $what }
       *[other] { $raw }
    }
audit-detail =
    { $name ->
        [until] до { $value }
        [silent] молча
        [reason] причина: { $value }
        [text] текст: { $value }
        [from] было: { $value }
        [to] стало: { $value }
        [due] срок: { $value }
        [origin] происхождение: { $value }
        [kind] вид: { $value }
       *[other] { $raw }: { $value }
    }
audit-origin =
    { $origin ->
        [update] обновление
        [message] сообщение
       *[other] другое
    }
audit-entry =
    { $at }
    <b>{ $actor }</b>: { $act }
audit-entry-about =
    { $at }
    <b>{ $actor }</b>: { $act } → <b>{ $person }</b>
audit-details = <i>{ $details }</i>
audit-itself = Само собой, по времени
audit-called = { $name } ({ $id })
audit-button-by = Кто: { $name }
audit-card-of = 📜 Действия над человеком
audit-card-by = 📜 Действия человека

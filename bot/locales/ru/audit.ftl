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
       *[note] заметка
    }
audit-setting = изменение настройки { $setting }
audit-deed =
    { $at }
    <b>{ $actor }</b>: { $act }
audit-deed-to =
    { $at }
    <b>{ $actor }</b>: { $act } → <b>{ $person }</b>
audit-details = <i>{ $details }</i>
audit-itself = Само собой, по времени
audit-called = { $name } ({ $id })
audit-button-older = Раньше ›
audit-button-by = Кто: { $name }

from booking_site.lib import quick_aiogram

quick_aiogram.install()

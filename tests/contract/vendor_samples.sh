# The curl samples of the vendor's page, word for word.

curl --location --request POST 'https://lecommercial.app/api/create-message' \
--form 'appkey="YOUR_APPKEY"' \
--form 'authkey="YOUR_AUTHKEY"' \
--form 'to="YOUR_TO"' \
--form 'message="YOUR_MESSAGE"' \
--form 'file="YOUR_FILE"' \
--form 'template_id="YOUR_TEMPLATE_ID"' \
--form 'variables="YOUR_VARIABLES"'

curl --location --request POST 'https://lecommercial.app/api/add-contact' \
--form 'authkey="YOUR_AUTHKEY"' \
--form 'list_id="YOUR_LIST_ID"' \
--form 'phone="YOUR_PHONE"' \
--form 'name="YOUR_NAME"' \
--form 'lastname="YOUR_LASTNAME"'

curl --location --request GET 'https://lecommercial.app/api/lists?authkey=YOUR_AUTHKEY'

curl --location --request GET 'https://lecommercial.app/api/contacts?authkey=YOUR_AUTHKEY&list_id=YOUR_LIST_ID&page=YOUR_PAGE'

curl --location --request PUT 'https://lecommercial.app/api/update-contact' \
--form 'authkey="YOUR_AUTHKEY"' \
--form 'phone="YOUR_PHONE"' \
--form 'name="YOUR_NAME"' \
--form 'lastname="YOUR_LASTNAME"'

curl --location --request DELETE 'https://lecommercial.app/api/remove-contact' \
--form 'authkey="YOUR_AUTHKEY"' \
--form 'list_id="YOUR_LIST_ID"' \
--form 'phone="YOUR_PHONE"'

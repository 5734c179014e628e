tour 1
tour.answer 8
tour.next
tour.answer 4
tour.next
key v
key Right
tour.answer 18.1
tour.next
key Down
key Down
key Down
key Down
key Down
key Down
key Down
key Right
tour.answer b
tour.next
tour.answer 5.1
tour.next
key v
key v
tour.next
tour.answer yes
tour.next
key a
tour.answer 8
tour.next
key a
tour.answer 4
tour.next
tour.next

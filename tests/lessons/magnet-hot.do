tour 1
tour.answer 48
tour.next
tour.answer 5
tour.next
tour.answer 4
tour.next
tour.answer 3
tour.next
tour.answer 0
tour.next
tour.answer 1
tour.next
key v
key Down
key Down
key Down
key Down
key Right
tour.answer b
tour.next
tour.next

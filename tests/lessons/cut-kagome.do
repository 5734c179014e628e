tour 1
tour.answer 6048
tour.next
tour.answer 4.02
tour.next
tour.answer b
tour.next
key Down
key Down
tour.answer 66
tour.next
tour.answer b
tour.next
tour.next
tour.next
tour.next

tour 1
tour.next
select.edge 0
tour.answer
tour.next
key Right
tour.answer 1
tour.next
tour.answer 3
tour.next
tour.answer 3
tour.next
tour.answer b
tour.next
tour.answer 3
tour.next
tour.answer -0.75
tour.next
tour.answer 2
tour.next
minus 30
tour.answer b
tour.next
tour.next

"""The pages that a run leaves beside the artifacts, written as a stream.

``index.html`` of a trace is a report page that loads its data from script files in ``report/``;
where JavaScript is off it leads to plain lists.  That of several traces lists the traces.
"""

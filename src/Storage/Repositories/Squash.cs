namespace OrleansRegistry.Storage;

/// <summary>
/// Takes one version out of a history. The next one then makes its changes too, so that every other version holds what
/// it held; without a next one, its changes are undone.
/// </summary>
internal static class Squash
{
    private static readonly string[] Kinds = ["blobs", "manifests", "tags", "signatures"];

    private static readonly string[] IntoNext =
    [
        // What only this version held.
        "delete from repository_content where repository_id = @repository and version_added = @number and version_removed = @next",
        "update repository_content set version_added = @next where repository_id = @repository and version_added = @number",
        "update repository_content set version_removed = @next where repository_id = @repository and version_removed = @number",

        // What left with this version and came back with the next never left: the later row takes the earlier one's
        // beginning, by way of a negative number that no row has.
        """
        update repository_content as later set version_added = -1 - (
          select earlier.version_added from repository_content earlier
          where earlier.repository_id = @repository and earlier.version_removed = @next
          and earlier.kind = later.kind and earlier.key = later.key)
        where later.repository_id = @repository and later.version_added = @next and exists (
          select 1 from repository_content earlier
          where earlier.repository_id = @repository and earlier.version_removed = @next
          and earlier.kind = later.kind and earlier.key = later.key and earlier.content_id = later.content_id)
        """,
        """
        delete from repository_content where repository_id = @repository and version_removed = @next and exists (
          select 1 from repository_content later
          where later.repository_id = @repository and later.version_added = -1 - repository_content.version_added
          and later.kind = repository_content.kind and later.key = repository_content.key)
        """,
        """
        update repository_content set version_added = -1 - version_added
        where repository_id = @repository and version_added < 0
        """,
        $"""
        update repository_version set {string.Join(", ", Kinds.SelectMany((kind, i) => new[]
        {
            $"added_{kind} = {Count("version_added", i + 1)}",
            $"removed_{kind} = {Count("version_removed", i + 1)}",
        }))}
        where repository_id = @repository and number = @next
        """,
        Forget,
    ];

    private static readonly string[] Undoing =
    [
        "delete from repository_content where repository_id = @repository and version_added = @number",
        "update repository_content set version_removed = null where repository_id = @repository and version_removed = @number",
        "update repository set head = @previous where id = @repository",
        Forget,
    ];

    private const string Forget = "delete from repository_version where repository_id = @repository and number = @number";

    public static Statement[] Into(Guid repository, int number, int next) =>
        [.. IntoNext.Select(sql => new Statement(
            sql, ("repository", repository), ("number", number), ("next", next)))];

    public static Statement[] Undo(Guid repository, int number, int previous) =>
        [.. Undoing.Select(sql => new Statement(
            sql, ("repository", repository), ("number", number), ("previous", previous)))];

    private static string Count(string column, int kind) =>
        $"(select count(*) from repository_content where repository_id = @repository and {column} = @next and kind = {kind})";
}

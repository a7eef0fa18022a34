namespace OrleansRegistry.Storage;

/// <summary>Tags that came into a repository after one version, up to another, and are still there.</summary>
internal static class NewTagRows
{
    /// <summary>
    /// What stands behind the columns: the rows c, with the parameters repository, after and head; save tags of what vouches for
    /// others.
    /// </summary>
    public const string From = $"""
        from repository_content c join manifest m on m.digest = c.target
        where c.repository_id = @repository and c.version_added > @after and c.version_added <= @head
        and c.kind + 0 = {Kinds.Tag} and c.version_removed is null and {SignableReader.IsNoVoucher}
        """;
}

namespace OrleansRegistry.Storage;

/// <summary>The rows of <c>repository_content</c> that a version consists of.</summary>
internal static class InVersion
{
    /// <summary>A condition on the rows <c>rc</c>, with the parameter <c>version</c>.</summary>
    public const string Rows = "rc.version_added <= @version and (rc.version_removed is null or rc.version_removed > @version)";
}

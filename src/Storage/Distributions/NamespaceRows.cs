namespace OrleansRegistry.Storage;

/// <summary>The namespace of a base path: its first component. There is one for every distribution.</summary>
internal static class NamespaceRows
{
    public static string Of(string basePath) => basePath.Split('/', 2)[0];

    /// <summary>Creates the namespace of a base path where there is none.</summary>
    public static Statement Ensure(string basePath, DateTimeOffset now) => new(
        "insert into namespace (id, name, created_at) values (@id, @name, @now) on conflict (name) do nothing",
        ("id", Guid.CreateVersion7()), ("name", Of(basePath)), ("now", now));
}

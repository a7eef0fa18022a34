using System.ComponentModel.DataAnnotations;

namespace OrleansRegistry.Storage;

/// <summary>Where truth lives. Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>The directory of all files; in a cluster, one that all nodes share.</summary>
    [Required(AllowEmptyStrings = false)]
    public string DataDirectory { get; set; } = "data";

    /// <summary>A PostgreSQL connection string: several nodes may share it. Null for the embedded database.</summary>
    public string? Postgres { get; set; }

    /// <summary>Which database it is, without its credentials.</summary>
    public string Describe() => Postgres is null ? "the embedded database" : "PostgreSQL";
}

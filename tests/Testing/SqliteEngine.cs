using System.Data.Common;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Testing;

/// <summary>A SQLite file in a temporary directory.</summary>
public sealed class SqliteEngine : Engine
{
    private readonly string _directory = Directory.CreateTempSubdirectory("registry-storage-").FullName;
    private SqliteDataSource? _forOrleans;

    public override DbDataSource ForOrleans => _forOrleans ??= new SqliteDataSource(File("registry.db"));

    protected override string UuidType => "blob";

    protected override string BytesType => "blob";

    public override IDatabase Open() => new SqliteDatabase(File("registry.db"));

    public override Task<IDatabase> CreateEmptyAsync() =>
        Task.FromResult<IDatabase>(new SqliteDatabase(File($"{Guid.NewGuid():N}.db")));

    public override void SkipIfAbsent()
    {
    }

    protected override Task<bool> CreateAsync() => Task.FromResult(true);

    protected override async Task DropAsync()
    {
        if (_forOrleans is not null)
            await _forOrleans.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private string File(string name) => Path.Combine(_directory, name);
}

namespace OrleansRegistry.Storage.Tests;

/// <summary>A file that is not there, and one that comes back.</summary>
public sealed class SqliteOutageTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("registry-storage-").FullName;

    private string Data => Path.Combine(_home, "data");

    private string Away => Path.Combine(_home, "away");

    [Fact]
    public async Task A_directory_that_does_not_exist_is_an_outage_until_it_does()
    {
        await using var database = new SqliteDatabase(Path.Combine(Data, "registry.db"));
        await AssertUnavailableAsync(database);

        Directory.CreateDirectory(Data);
        await CreateTableAsync(database);
        await AssertWorksAsync(database, rows: 1);
    }

    [Fact]
    public async Task A_file_that_vanishes_is_an_outage_and_not_a_new_database()
    {
        Directory.CreateDirectory(Data);
        await using var database = new SqliteDatabase(Path.Combine(Data, "registry.db"));
        await CreateTableAsync(database);
        await AssertWorksAsync(database, rows: 1);

        Directory.Move(Data, Away);
        await AssertUnavailableAsync(database);
        Directory.CreateDirectory(Data);
        await AssertUnavailableAsync(database);
        Directory.Delete(Data);

        Directory.Move(Away, Data);
        await AssertWorksAsync(database, rows: 2);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_an_outage()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "registry.db"), new string('x', 5000));
        await using var database = new SqliteDatabase(Path.Combine(Data, "registry.db"));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => CreateTableAsync(database));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.PingAsync(CancellationToken.None));
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private static Task<int> CreateTableAsync(SqliteDatabase database) =>
        database.TransactAsync(session => session.ExecuteAsync(new("create table item (id integer primary key)")));

    private static async Task AssertUnavailableAsync(SqliteDatabase database)
    {
        await Assert.ThrowsAsync<DatabaseUnavailableException>(
            () => database.TransactAsync(session => session.ExecuteAsync(new("insert into item default values"))));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(
            async () => await database.QueryAsync(new("select id from item"), row => row.Int64(0)));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.PingAsync(CancellationToken.None));
    }

    private static async Task AssertWorksAsync(SqliteDatabase database, int rows)
    {
        await database.TransactAsync(session => session.ExecuteAsync(new("insert into item default values")));
        Assert.Equal(rows, (await database.QueryAsync(new("select id from item"), row => row.Int64(0))).Count);
        await database.PingAsync(CancellationToken.None);
    }
}

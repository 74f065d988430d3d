document.title = 'Leaderboard';
